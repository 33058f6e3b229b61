export { foldBatchNorm } from "./foldBatchNorm.js";
