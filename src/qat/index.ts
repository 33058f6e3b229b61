export { type PrepareOptions, prepare } from "./prepare.js";
export { QuantizedLayer, type QuantizedLayerOptions } from "./quantizedLayer.js";
