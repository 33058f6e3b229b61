export { depthwiseCnn } from "./depthwiseCnn.js";
export { gru } from "./gru.js";
export * as layers from "./layers/index.js";
export { lstm } from "./lstm.js";
export { mlp } from "./mlp.js";
export { mobileNetV2 } from "./mobileNetV2.js";
export { residualCnn } from "./residualCnn.js";
export type { SequenceShape } from "./sequence.js";
export { transformerEncoder } from "./transformerEncoder.js";
