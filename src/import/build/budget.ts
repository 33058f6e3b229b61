import { tf } from "../../tensorflow/index.js";
import { sizeOf } from "../storedArray.js";

interface Weighted {
  name: string;
  addWeight(name: string, shape: number[], dtype?: string, ...rest: unknown[]): tf.LayerVariable;
}

/** Values beyond those of the file that layers may ask for, so that a weight that is missing in the file is named. */
const slack = 2 ** 20;

/**
 * @internal
 * Runs a function that builds layers, whose weights are zeros, and not many more than a file has values for. If the function
 * throws, the weights are freed.
 *
 * @param values how many values the file has
 * @throws Error, before memory is allocated, if the layers have far more weights than that
 */
export function withBudget<T>(values: number, run: () => T): T {
  const prototype = tf.layers.Layer.prototype as unknown as Weighted;
  const { addWeight } = prototype;
  const made: tf.LayerVariable[] = [];
  let left = 2 * values + slack;
  prototype.addWeight = function (name, shape, dtype, _, ...rest) {
    left -= sizeOf(shape);
    if (!(left >= 0)) {
      throw new Error(
        `layer "${this.name}" has a weight ${name} of shape [${shape.join(", ")}], and the file has too few values for it (expected the weights of all layers)`,
      );
    }
    const weight = addWeight.call(this, name, shape, dtype, tf.initializers.zeros(), ...rest);
    made.push(weight);
    return weight;
  };
  try {
    return run();
  } catch (error) {
    for (const weight of made) weight.dispose();
    throw error;
  } finally {
    prototype.addWeight = addWeight;
  }
}
