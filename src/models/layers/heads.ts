import type { tf } from "../../tensorflow/index.js";

/**
 * @internal
 * @throws RangeError for a number of heads that isn't whole, or doesn't divide the features
 */
export function checkHeads(heads: number, features?: number): void {
  if (Number.isInteger(heads) && heads >= 1 && (features ?? heads) % heads === 0) return;
  const divisor = features === undefined ? "" : ` that divides the ${features} features`;
  throw new RangeError(`invalid heads: ${heads} (expected a whole number of at least 1${divisor})`);
}

/** @internal `[batch, steps, features]` to `[batch, heads, steps, features / heads]`. */
export function splitHeads(x: tf.Tensor, heads: number): tf.Tensor {
  const [batch, steps, features] = x.shape as [number, number, number];
  return x.reshape([batch, steps, heads, features / heads]).transpose([0, 2, 1, 3]);
}

/** @internal The way back. */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  const [batch, heads, steps, features] = x.shape as [number, number, number, number];
  return x.transpose([0, 2, 1, 3]).reshape([batch, steps, heads * features]);
}
