import * as q from "../../../src/index.js";
import { generator } from "../../fixtures/generator.js";

const { tf } = q;

/** Numbers between −1 and 1 (or other limits), alike in each run. */
export function numbers(shape: number[], seed = 1, low = -1, high = 1): q.tf.Tensor {
  const next = generator(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(size).map(() => low + (high - low) * next());
  return tf.tensor(values, shape);
}
