import { type QuantizedLayer, weightScaleOf } from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";
import { refusal } from "./refusal.js";

/** The codes of a weight, in tfjs's layout, with one scale or one for each output channel. */
export interface WeightCodes {
  codes: Int8Array;
  shape: number[];
  scale: Float32Array;
  smallest: number;
  largest: number;
}

/**
 * The codes of a layer's weight: the numbers that the layer computes with, divided by their scale. Estimators may
 * change the latent weights before they round; the codes are those of the result.
 *
 * @throws TypeError if the weight isn't quantized, or not to codes of 8 bits around 0
 */
export function weightCodes(layer: QuantizedLayer, name: string, path?: string): WeightCodes {
  const quantizer =
    path === undefined ? [...layer.weightQuantizers.values()][0] : layer.weightQuantizers.get(path);
  if (!quantizer) {
    throw refusal(
      name,
      "its weights aren't quantized (expected a format for them, as in q.scheme({ weights: q.int(8) }))",
    );
  }
  const { format } = quantizer;
  if (format.bits > 8) throw refusal(name, `its weights are ${format} (expected at most 8 bits)`);
  if (format.per === "group") {
    throw refusal(name, `its weights are ${format} (expected per "tensor" or "channel")`);
  }
  if (format.rounding === "stochastic") {
    throw refusal(name, `its weights are ${format} (expected a rounding that draws nothing)`);
  }
  const { codes, shape, scale } = tf.tidy(() => {
    const weight = layer.quantizedKernel(path);
    const grid = quantizer.grid();
    if (grid.zeroPoint.dataSync().some((code) => code !== 0)) {
      throw refusal(
        name,
        `its weights are ${format}, with a zero point (expected codes around 0, as in weights: q.int(8, { per: "channel" }))`,
      );
    }
    const { rows, restore } = quantizer.inRows(weight);
    const scale = grid.scale;
    const ratios = tf.where(tf.equal(scale, 0), tf.zerosLike(rows), tf.div(rows, scale));
    const rounded = tf.round(ratios);
    const miss = tf.max(tf.abs(tf.sub(ratios, rounded))).dataSync()[0]!;
    if (!(miss < 1e-2)) {
      throw refusal(
        name,
        `its estimator, ${quantizer.estimator.name}, computes weights that aren't multiples of the scale (expected one that rounds in prediction, as clippedSte does)`,
      );
    }
    return {
      codes: restore(rounded).dataSync() as Float32Array,
      shape: weight.shape as number[],
      scale: grid.scale.dataSync() as Float32Array,
    };
  });
  return {
    codes: Int8Array.from(codes),
    shape,
    scale: scale.map(weightScaleOf),
    smallest: format.smallest,
    largest: format.largest,
  };
}

/** Codes in another order of axes: output axis i is input axis `order[i]`. */
export function permuted(codes: Int8Array, shape: readonly number[], order: number[]): Int8Array {
  const values = tf.tidy(() =>
    tf
      .tensor(Array.from(codes), [...shape], "int32")
      .transpose(order)
      .dataSync(),
  );
  return Int8Array.from(values);
}
