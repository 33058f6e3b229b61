export { type SnappedBiases, snapBiases } from "./biases/snapBiases.js";
export type { Biases, EstimatorOption, EstimatorsByRole } from "./layerOptions.js";
export {
  disableFakeQuant,
  disableObserver,
  enableFakeQuant,
  enableObserver,
  quantizers,
} from "./modes.js";
export type { MovingAverageOption } from "./movingAverage.js";
export { type PrepareOptions, prepare } from "./prepare.js";
export { QuantizedLayer, type QuantizedLayerOptions } from "./quantizedLayer.js";
export type { TensorQuantizer } from "./tensorQuantizer.js";
