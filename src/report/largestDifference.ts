import { tf } from "../tensorflow/index.js";

/** Values that can be compared one by one: a tensor, a list of numbers, or a number. */
type Values = tf.Tensor | ArrayLike<number> | number;

/**
 * The largest absolute difference of two lists of values, place by place: how far a result by hand is from the library's.
 *
 * @param ours a tensor, a list of numbers or a number
 * @param theirs as many values as `ours`; or a number, with which each is compared
 * @returns the difference in the unit of the values; NaN if one of the values is NaN, 0 for two empty lists
 * @throws TypeError if one of the two is no values; RangeError if their counts differ
 * @example
 * q.largestDifference([1, 2, 4], q.tf.tensor1d([1, 2.5, 4])); // 0.5
 */
export function largestDifference(ours: Values, theirs: Values): number {
  const [a, b] = [valuesOf(ours), valuesOf(theirs)];
  const one = typeof theirs === "number";
  if (!one && a.length !== b.length) {
    throw new RangeError(
      `invalid values: ${a.length} and ${b.length} (expected as many of the one as of the other)`,
    );
  }
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, one ? b[0]! : b[i]!];
    const difference = x === y ? 0 : Math.abs(x - y); // the same infinity twice is no difference
    if (Number.isNaN(difference)) return Number.NaN;
    if (difference > largest) largest = difference;
  }
  return largest;
}

function valuesOf(values: Values): ArrayLike<number> {
  if (typeof values === "number") return [values];
  if (values instanceof tf.Tensor) return values.dataSync();
  const { length } = Object(values) as ArrayLike<number>;
  const listed = Number.isInteger(length) && typeof values !== "string";
  if (listed && (length === 0 || typeof values[0] === "number")) return values;
  throw new TypeError(
    `invalid values: ${values} (expected a tensor, a list of numbers or a number, as in q.largestDifference([1, 2], [1, 3]))`,
  );
}
