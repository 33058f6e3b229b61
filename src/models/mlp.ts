import { checkCounts, checkOptions } from "../arguments/index.js";
import { tf } from "../tensorflow/index.js";
import { initializers } from "./initializers.js";
import { checkInputShape } from "./options.js";

/** Options of {@link mlp}. */
export interface MlpOptions {
  /** The shape of an example, of 1 to 4 axes, as in `[64]` or `[8, 8, 1]`, which is flattened first. */
  inputShape: number[];
  /** How many classes there are, each of which has an output; or 1 for a number to predict. */
  classes: number;
  /** The units of each hidden layer. Default `[64]`. */
  units?: number[];
  /** An integer or a text that decides the initial weights. Default 0. */
  seed?: number | string;
}

/**
 * A multilayer perceptron: dense layers with ReLU between them. Its outputs are logits.
 *
 * @returns a tfjs Layers model, `[batch, …inputShape]` to `[batch, classes]`
 * @throws RangeError if `classes`, an element of `units` or a length in `inputShape` is not a whole number
 *   of at least 1; TypeError if `units` is not a list, or if `seed` is neither an integer nor a text
 * @example
 * q.models.mlp({ inputShape: [8, 8, 1], units: [64, 32], classes: 10 }).countParams(); // 6570
 */
export function mlp(options: MlpOptions = {} as never): tf.Sequential {
  checkOptions<MlpOptions>("q.models.mlp", options, {
    inputShape: true,
    classes: true,
    units: true,
    seed: true,
  });
  const { inputShape, classes, units = [64], seed = 0 } = options;
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
