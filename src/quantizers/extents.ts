import { tf } from "../tensorflow/index.js";
import type { IntegerFormat } from "./formats/integer.js";
import type { RangeTensors } from "./grid/range.js";

/**
 * @internal
 * The axes that a statistic of rows runs over: all of them, or the first, for a statistic of each column.
 */
function axes(columns: number | undefined): number[] | undefined {
  return columns === undefined ? undefined : [0];
}

/** @internal The largest size of each column's values; NaN where they are not all finite. */
export function largestSize(rows: tf.Tensor, columns: number | undefined): tf.Tensor {
  const largest = tf.max(tf.abs(rows), axes(columns));
  // A maximum may ignore NaN; the sum is NaN then.
  return tf.add(largest, tf.sum(tf.mul(rows, 0), axes(columns)));
}

/** @internal The values that are finite, and 0 in place of the others. */
export function finite(rows: tf.Tensor): tf.Tensor {
  return tf.where(tf.isFinite(rows), rows, tf.zerosLike(rows));
}

/** @internal The largest size of each column's finite values; 0 where there is none. */
export function largestFinite(rows: tf.Tensor, columns: number | undefined): tf.Tensor {
  return tf.max(tf.abs(finite(rows)), axes(columns));
}

/**
 * The factor that makes enormous values smaller before they are added up: a power of two, which rounds nothing.
 */
const smaller = 2 ** -64;

/** @internal The mean of each column's finite values. */
export function mean(rows: tf.Tensor, columns: number | undefined): tf.Tensor {
  const plain = tf.mean(rows, axes(columns));
  return tf.where(tf.isFinite(plain), plain, meanWhere(rows, tf.onesLike(rows), columns));
}

/** @internal The root of the mean square of each column's finite values. */
export function rootMeanSquare(rows: tf.Tensor, columns: number | undefined): tf.Tensor {
  const root = tf.sqrt(mean(tf.square(rows), columns));
  const small = tf.sqrt(mean(tf.square(tf.mul(rows, smaller)), columns));
  // The squares of values from 2⁶⁴ on are infinite, so the mean leaves them out.
  const isLarge = tf.greaterEqual(largestFinite(rows, columns), 1 / smaller);
  return tf.where(isLarge, tf.mul(small, 1 / smaller), root);
}

/** @internal The mean of each column's finite values where `mask` is 1; 0 for a column without such a value. */
export function meanWhere(
  rows: tf.Tensor,
  mask: tf.Tensor,
  columns: number | undefined,
): tf.Tensor {
  const values = tf.mul(finite(rows), mask);
  const counted = tf.mul(mask, tf.cast(tf.isFinite(rows), "float32"));
  const count = tf.maximum(tf.sum(counted, axes(columns)), 1);
  const total = tf.sum(values, axes(columns));
  const small = tf.div(tf.sum(tf.mul(values, smaller), axes(columns)), count);
  return tf.where(tf.isFinite(total), tf.div(total, count), tf.mul(small, 1 / smaller));
}

/** The largest distance of two ends that float32 holds, with room for the rounding of the ends. */
const widest = 3.4028234663852886e38 * (1 - 2 ** -20);
/** The largest step whose inverse isn't subnormal. */
const longest = 2 ** 125;

/**
 * @internal
 * The covering range of each column's values, as `coveringRange` gives it, in float32. Ends that lie farther
 * apart than float32 reaches are brought nearer; an infinite value makes the range infinite.
 */
export function coveringRanges(
  rows: tf.Tensor,
  columns: number | undefined,
  { symmetric, powerOfTwo, smallest, largest }: IntegerFormat,
): RangeTensors {
  const min = tf.minimum(tf.min(rows, axes(columns)), 0);
  const max = tf.maximum(tf.max(rows, axes(columns)), 0);
  const most = Math.min(widest, longest * (largest - smallest));
  // The next power of two is at most twice as large.
  const reach = powerOfTwo ? most / 2 : most;
  if (!symmetric) {
    const half = reach / 2;
    // The ends are halved first, since their distance may overflow.
    const distance = tf.sub(tf.div(max, 2), tf.div(min, 2));
    const far = tf.logicalAnd(tf.greater(distance, half), tf.isFinite(distance));
    return {
      min: tf.where(far, tf.maximum(min, -half), min),
      max: tf.where(far, tf.minimum(max, half), max),
    };
  }
  const below = tf.div(min, smallest);
  const needed = largest > 0 ? tf.maximum(below, tf.div(max, largest)) : below;
  const nearer = tf.minimum(needed, reach / (largest - smallest));
  const scale = tf.where(tf.isFinite(needed), nearer, needed);
  return { min: tf.mul(scale, smallest), max: tf.mul(scale, largest) };
}

/** @internal The scale to divide by: 1 in place of a scale of 0. */
export function divisor(scale: tf.Tensor): tf.Tensor {
  return tf.where(tf.equal(scale, 0), tf.onesLike(scale), scale);
}
