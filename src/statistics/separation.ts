import { z95 } from "./normal.js";

/** The probability that a score tells two groups apart, with its interval of 95 % confidence. */
export interface Separation {
  /** The area under the ROC curve, from 0 to 1; 0.5 is chance. */
  auroc: number;
  low: number;
  high: number;
}

/**
 * @internal
 * The area under the ROC curve of scores that are to be high in one group and low in the other: the probability that
 * a score of the first is above one of the second, ties counted half (Mann and Whitney 1947). The interval is DeLong,
 * DeLong and Clarke-Pearson's (1988, Biometrics 44, 837), from ranks as Sun and Xu compute it (2014, IEEE Signal
 * Processing Letters 21, 1389); where every pair is in order, so that its variance is 0, it reaches to the end that the
 * smaller group's size allows (the rule of three).
 */
export function separation(high: ArrayLike<number>, low: ArrayLike<number>): Separation {
  const [first, second] = [Float64Array.from(high), Float64Array.from(low)];
  const [m, n] = [first.length, second.length];
  const joint = ranks(Float64Array.from([...first, ...second]));
  const [ownFirst, ownSecond] = [ranks(first), ranks(second)];
  // The share of the other group below each score, and above it.
  const above = ownFirst.map((rank, i) => (joint[i]! - rank) / n);
  const below = ownSecond.map((rank, i) => 1 - (joint[m + i]! - rank) / m);
  const auroc = average(above);
  const error = Math.sqrt(variance(above) / m + variance(below) / n);
  const least = error === 0 ? 3 / Math.min(m, n) : z95 * error;
  return { auroc, low: Math.max(0, auroc - least), high: Math.min(1, auroc + least) };
}

/** The ranks from 1; equal values share the mean of their ranks. */
function ranks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) result[order[i]!] = (start + end + 1) / 2;
    start = end;
  }
  return result;
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: Float64Array): number {
  if (values.length < 2) return 0;
  const mean = average(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
