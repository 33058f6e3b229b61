import { IntegerLayer, IntegerModel } from "../integer/index.js";
import type { tf } from "../tensorflow/index.js";

/** @internal A model out of a file, as an integer model if the file has the integers of one. */
export function withIntegers(model: tf.LayersModel): tf.LayersModel {
  const layer = model.layers.find((layer) => layer instanceof IntegerLayer);
  return layer ? new IntegerModel({ program: layer.program, native: layer.native }) : model;
}
