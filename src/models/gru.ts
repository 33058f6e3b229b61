import { tf } from "../tensorflow/index.js";
import { initializers } from "./initializers.js";
import { checkCounts } from "./options.js";
import { checkSequenceShape, rows, type SequenceShape } from "./sequence.js";

/**
 * A network of gated recurrent units (GRU): one recurrent layer, then a dense one on its last state. Cho et al.
 * 2014, arXiv:1406.1078. Its outputs are logits.
 *
 * @param options `inputShape`, steps and features of a sequence, or height, width and channels of an
 *   image, which is read row by row; `classes`; `units`, the size of the state (default 32); `seed` of
 *   the initial weights (default 0)
 * @returns a tfjs Layers model, `[batch, …inputShape]` to `[batch, classes]`
 * @throws RangeError for numbers that aren't whole and at least 1
 * @example
 * q.models.gru({ inputShape: [8, 8, 1], classes: 10 }).countParams(); // 4266
 */
export function gru(
  {
    inputShape,
    classes,
    units = 32,
    seed = 0,
  }: {
    inputShape: SequenceShape;
    classes: number;
    units?: number;
    seed?: number;
  } = {} as never,
): tf.Sequential {
  checkSequenceShape(inputShape);
  checkCounts({ classes, units });
  const weights = initializers(seed);
  return tf.sequential({
    name: "gru",
    layers: [
      rows(inputShape),
      tf.layers.gru({
        name: "gru",
        units,
        kernelInitializer: weights.glorot(),
        // Orthogonal ones, Keras' default, take tfjs seconds.
        recurrentInitializer: weights.glorot(),
      }),
      tf.layers.dense({ name: "logits", units: classes, kernelInitializer: weights.glorot() }),
    ],
  });
}
