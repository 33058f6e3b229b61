import { tf } from "../tensorflow/index.js";
import { initializers } from "./initializers.js";
import { checkCounts, checkInputShape } from "./options.js";

/**
 * A multilayer perceptron: dense layers with ReLU between them. Its outputs are logits.
 *
 * @param options `inputShape` of an example, of any rank, as in `[64]` or `[8, 8, 1]` (flattened
 *   first); `classes`, or 1 for a number to predict; `units` of each hidden layer (default `[64]`);
 *   `seed` of the initial weights (default 0)
 * @returns a tfjs Layers model, `[batch, …inputShape]` to `[batch, classes]`
 * @throws RangeError for numbers that aren't whole and at least 1
 * @example
 * q.models.mlp({ inputShape: [8, 8, 1], units: [64, 32], classes: 10 }).countParams(); // 6570
 */
export function mlp(
  {
    inputShape,
    classes,
    units = [64],
    seed = 0,
  }: {
    inputShape: number[];
    classes: number;
    units?: number[];
    seed?: number;
  } = {} as never,
): tf.Sequential {
  const ranks = [1, 2, 3, 4];
  checkInputShape(inputShape, { ranks, expected: "the shape of an example, as in [64]" });
  if (!Array.isArray(units)) {
    throw new TypeError(`invalid units: ${units} (expected a list, as in [64, 32])`);
  }
  checkCounts({ classes, ...Object.fromEntries(units.map((count, i) => [`units[${i}]`, count])) });
  const weights = initializers(seed);
  const { flatten, dense, inputLayer, reLU } = tf.layers;
  const hidden = units.flatMap((count, i) => [
    dense({ name: `dense${i + 1}`, units: count, kernelInitializer: weights.he() }),
    reLU({ name: `dense${i + 1}_relu` }),
  ]);
  return tf.sequential({
    name: "mlp",
    layers: [
      inputShape.length > 1 ? flatten({ name: "flatten", inputShape }) : inputLayer({ inputShape }),
      ...hidden,
      dense({ name: "logits", units: classes, kernelInitializer: weights.glorot() }),
    ],
  });
}
