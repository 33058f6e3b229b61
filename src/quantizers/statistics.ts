import { tf } from "../tensorflow/index.js";
import type { IntegerFormat } from "./format.js";
import type { RangeTensors } from "./range.js";

/** @internal The axes that a statistic of rows runs over: all, or the values of each column. */
function axes(columns: number | undefined): number[] | undefined {
  return columns === undefined ? undefined : [0];
}

/** @internal The largest size of each column's values; NaN where they are not all finite. */
export function largestSize(rows: tf.Tensor, columns: number | undefined): tf.Tensor {
  const largest = tf.max(tf.abs(rows), axes(columns));
  // A maximum may pass NaN over.
  return tf.add(largest, tf.sum(tf.mul(rows, 0), axes(columns)));
}

/** @internal The mean of each column's values. */
export function mean(rows: tf.Tensor, columns: number | undefined): tf.Tensor {
  return tf.mean(rows, axes(columns));
}

/** @internal The mean of the values where `mask` is 1; 0 where it is nowhere. */
export function meanWhere(
  rows: tf.Tensor,
  mask: tf.Tensor,
  columns: number | undefined,
): tf.Tensor {
  const count = tf.maximum(tf.sum(mask, axes(columns)), 1);
  return tf.div(tf.sum(tf.mul(rows, mask), axes(columns)), count);
}

/** @internal The covering range of each column's values, as `coveringRange` has it, in float32. */
export function coveringRanges(
  rows: tf.Tensor,
  columns: number | undefined,
  { symmetric, smallest, largest }: IntegerFormat,
): RangeTensors {
  const min = tf.minimum(tf.min(rows, axes(columns)), 0);
  const max = tf.maximum(tf.max(rows, axes(columns)), 0);
  if (!symmetric) return { min, max };
  const below = tf.div(min, smallest);
  const scale = largest > 0 ? tf.maximum(below, tf.div(max, largest)) : below;
  return { min: tf.mul(scale, smallest), max: tf.mul(scale, largest) };
}

/** @internal A scale to divide by: 1 where it is 0. */
export function divisor(scale: tf.Tensor): tf.Tensor {
  return tf.where(tf.equal(scale, 0), tf.onesLike(scale), scale);
}
