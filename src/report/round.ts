import { checkInteger } from "../arguments/index.js";
import type { Interval } from "../statistics/index.js";

/**
 * A number rounded to a number of digits after the decimal point, for a table or a sentence. Halves go up.
 *
 * @param value The number; NaN and infinities stay unchanged.
 * @param digits How many digits stay after the decimal point, an integer from 0 to 15. Default 1.
 * @throws RangeError if digits is not an integer from 0 to 15.
 * @example
 * [q.round(91.25), q.round(0.4444, 3)]; // [ 91.3, 0.444 ]
 */
export function round(value: number, digits = 1): number {
  checkInteger("digits", digits, { from: 0, to: 15, example: "q.round(0.4444, 3)" });
  const unit = 10 ** digits;
  return Number.isFinite(value * unit) ? Math.round(value * unit) / unit : value;
}

/**
 * A share in percent, as text: a hundred times its value, with a number of digits after the decimal point and a
 * percent sign.
 *
 * @param share A share, as `q.accuracy` returns it: 0.912 is 91.2 %.
 * @param digits How many digits stand after the decimal point, an integer from 0 to 15. Default 1.
 * @throws RangeError if digits is not an integer from 0 to 15.
 * @example
 * q.percent(0.912); // "91.2 %"
 */
export function percent(share: number, digits = 1): string {
  return `${round(100 * share, digits).toFixed(digits)} %`;
}

/**
 * A mean with its interval, as text for one cell of a table.
 *
 * @param interval A mean and the ends of its interval, as `q.interval` gives them; the longer side is written.
 * @param digits How many digits stand after the decimal point, an integer from 0 to 15. Default 1.
 * @throws RangeError if digits is not an integer from 0 to 15.
 * @example
 * q.plusMinus(q.interval([91.5, 92.1, 92.7])); // "92.1 ± 1.5"
 */
export function plusMinus(
  { mean, low, high }: Pick<Interval, "mean" | "low" | "high">,
  digits = 1,
): string {
  checkInteger("digits", digits, { from: 0, to: 15, example: "q.plusMinus(interval, 2)" });
  const reach = Math.max(high - mean, mean - low);
  return `${mean.toFixed(digits).replace("-", "−")} ± ${reach.toFixed(digits)}`;
}
