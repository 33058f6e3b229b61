import { coveringRange, gridRange, type IntegerFormat, opCodes } from "../../quantizers/index.js";
import { nudge } from "../../tensorflow/index.js";
import type { Samples } from "../histogram/samples.js";
import { type MethodDefinition, onHistogram } from "./method.js";

interface Ends {
  min: number;
  max: number;
}

/** Steps of the first search over the share of the covering range, and of the second around its best. */
const coarse = 160;
const fine = 24;

/**
 * The range with the least squared error: every share of the covering range on a grid is tried, then
 * a finer grid around the best one, so that the result is within 0.03 % of the covering range from
 * the grid's true minimum. The ends of an asymmetric range are searched in turn, twice. Where scales are powers
 * of two, the range is that of the scale.
 *
 * @example
 * const samples = { values: [0.1, 0.2, 0.9, 5], counts: [90, 90, 90, 1], min: 0.1, max: 5 };
 * q.calibration.leastSquaresRange(samples, q.uint(2)); // { min: 0, max: 2.909 }
 */
export function leastSquaresRange(samples: Samples, format: IntegerFormat): Ends {
  const full = coveringRange(format, samples);
  const errorOf = (range: Ends) => squaredError(samples, format, range);
  const scaled = (share: number) => ({ min: full.min * share, max: full.max * share });
  const onGrid = (range: Ends) => gridRange(range.min, range.max, format);

  if (format.symmetric || full.min === 0 || full.max === 0) {
    return onGrid(scaled(search((share) => errorOf(scaled(share)))));
  }
  // A search of one end alone reaches no power-of-two scale far below the covering range's scale.
  let best = format.powerOfTwo ? scaled(search((share) => errorOf(scaled(share)))) : full;
  for (let round = 0; round < 2; round++) {
    const { min } = best;
    best = { min, max: full.max * search((share) => errorOf({ min, max: full.max * share })) };
    const { max } = best;
    best = { min: full.min * search((share) => errorOf({ min: full.min * share, max })), max };
  }
  return onGrid(best);
}

/** The share from 0 to 1 with the least error. */
function search(errorOf: (share: number) => number): number {
  let best = 1;
  let least = errorOf(1);
  const attempt = (share: number) => {
    const error = errorOf(share);
    if (error < least) [least, best] = [error, share];
  };
  for (let i = 1; i < coarse; i++) attempt(i / coarse);
  const middle = best;
  for (let i = 1 - fine; i < fine; i++) {
    const share = middle + i / (fine * coarse);
    if (share > 0 && share < 1) attempt(share);
  }
  return best;
}

/**
 * The sum of squared errors when samples are rounded to a format's values in a range.
 *
 * @example
 * q.calibration.squaredError({ values: [0.25, 3], min: 0.25, max: 3 }, q.uint(1), { min: 0, max: 1 }); // 4.0625
 */
export function squaredError(samples: Samples, format: IntegerFormat, { min, max }: Ends): number {
  const [first, last] = opCodes(format);
  const grid = gridRange(min, max, format);
  const { scale, min: low, max: high } = nudge(grid.min, grid.max, first, last);
  const { values, counts } = samples;
  let error = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const clamped = Math.min(Math.max(value, low), high);
    const rounded = scale === 0 ? 0 : low + Math.floor((clamped - low) / scale + 0.5) * scale;
    const difference = value - rounded;
    error += counts ? counts[i]! * difference * difference : difference * difference;
  }
  return error;
}

/** @internal The least squared error of rounding and clipping, by search. */
export const mse: MethodDefinition = { options: [], make: () => onHistogram(leastSquaresRange) };
