export {
  binRegularization,
  dampening,
  LossTerm,
  type LossTermOptions,
  type Ramp,
  sine,
} from "./lossTerms/index.js";
export {
  type FreezeOptions,
  type KernelOscillation,
  OscillationTracker,
  type TrackOscillationOptions,
  trackOscillation,
} from "./oscillation/index.js";
export { type PrepareOptions, prepare } from "./prepare.js";
export { QuantizedLayer, type QuantizedLayerOptions } from "./quantizedLayer.js";
