export { foldBatchNorm } from "./foldBatchNorm.js";
export { quantize } from "./quantize.js";
