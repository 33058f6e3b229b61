import { mean, rank } from "d3-array";

/**
 * Spearman's rank correlation: Pearson's correlation of the ranks, where equal numbers share their mean
 * rank. It is 1 if both lists have the same order, and −1 if one order is the reverse of the other.
 * Spearman 1904, Am. J. Psychology 15, 72.
 *
 * @param x at least two finite numbers
 * @param y as many finite numbers as `x`
 * @returns a number from −1 to 1; NaN if all numbers of a list are equal
 * @throws RangeError if the lists differ in length or have fewer than two numbers, or if a number is not
 *   finite
 * @example
 * q.analysis.rankCorrelation([1, 2, 3, 4], [10, 20, 40, 30]); // 0.8
 */
export function rankCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [xs, ys] = [Array.from(x), Array.from(y)];
  if (xs.length !== ys.length || xs.length < 2) {
    throw new RangeError(
      `invalid lists: ${xs.length} and ${ys.length} numbers (expected as many of each, at least 2)`,
    );
  }
  const wrong = [...xs, ...ys].find((value) => !Number.isFinite(value));
  if (wrong !== undefined)
    throw new RangeError(`invalid value: ${wrong} (expected a finite number)`);
  const [a, b] = [centred(meanRanks(xs)), centred(meanRanks(ys))];
  const dot = (p: number[], q: number[]) => p.reduce((sum, value, i) => sum + value * q[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/**
 * d3 gives equal numbers their lowest rank. Among n equal numbers the mean rank is (n − 1) / 2 higher.
 */
function meanRanks(values: number[]): number[] {
  const equals = new Map<number, number>();
  for (const value of values) equals.set(value, (equals.get(value) ?? 0) + 1);
  const lowest = rank(values);
  return values.map((value, i) => lowest[i]! + (equals.get(value)! - 1) / 2);
}

function centred(values: number[]): number[] {
  const centre = mean(values)!;
  return values.map((value) => value - centre);
}
