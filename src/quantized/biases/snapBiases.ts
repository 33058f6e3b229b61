import { checkModel } from "../../graph/index.js";
import { weightAt } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { quantizers } from "../modes.js";
import { QuantizedLayer } from "../quantizedLayer.js";
import { biasOnGrid } from "./onGrid.js";

/** The result of {@link snapBiases}. */
export interface SnappedBiases {
  /** How many values of biases changed. */
  moved: number;
  /** The largest change, in the unit of the biases; 0 if no value changed. */
  largest: number;
}

/**
 * Moves the biases of a prepared model to the grid of an integer layer's accumulators, s_x · s_w, in place: they then
 * have the values that {@link prepare} with `biases: "grid"` computes with, and that an integer model stores. A bias
 * stays as it is where the layer's input or kernel isn't quantized, in recurrent and separable layers, and in a layer
 * that trains batch normalization, which {@link foldTrainedBatchNorm} folds first. Jacob et al. 2018,
 * arXiv:1712.05877, section 2.4.
 *
 * @throws TypeError if the model isn't quantized
 * @example
 * const snapped = await q.prepare(model, scheme, { calibration: train.take(256) });
 * q.qat.snapBiases(snapped).moved > 0; // true
 * q.qat.snapBiases(snapped); // { moved: 0, largest: 0 }
 */
export function snapBiases(model: tf.LayersModel): SnappedBiases {
  checkModel(model);
  quantizers(model);
  const result = { moved: 0, largest: 0 };
  for (const layer of model.layers) {
    if (!(layer instanceof QuantizedLayer)) continue;
    tf.tidy(() => {
      for (const [path, bias] of biasOnGrid(layer)) {
        const variable = weightAt(layer.inner, path);
        if (!variable.write) continue;
        const changes = tf.abs(tf.sub(bias, variable.read())).dataSync<"float32">();
        result.moved += changes.filter((change) => change > 0).length;
        result.largest = Math.max(result.largest, ...changes);
        variable.write(bias);
      }
    });
  }
  return result;
}
