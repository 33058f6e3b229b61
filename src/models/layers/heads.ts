import { checkCount } from "../../arguments/index.js";
import type { tf } from "../../tensorflow/index.js";

/**
 * @internal
 * @throws RangeError if `heads` is not a whole number of at least 1, or doesn't divide the features
 */
export function checkHeads(heads: number, features?: number): void {
  checkCount("heads", heads);
  if ((features ?? heads) % heads === 0) return;
  const divisor = features === undefined ? "" : ` that divides the ${features} features`;
  throw new RangeError(`invalid heads: ${heads} (expected a whole number of at least 1${divisor})`);
}

/** @internal Reshapes `[batch, steps, features]` to `[batch, heads, steps, features / heads]`. */
export function splitHeads(x: tf.Tensor, heads: number): tf.Tensor {
  const [batch, steps, features] = x.shape as [number, number, number];
  return x.reshape([batch, steps, heads, features / heads]).transpose([0, 2, 1, 3]);
}

/** @internal The inverse of {@link splitHeads}. */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  const [batch, heads, steps, features] = x.shape as [number, number, number, number];
  return x.transpose([0, 2, 1, 3]).reshape([batch, steps, heads * features]);
}
