import { checkNumber } from "../../arguments/index.js";
import { coveringRange } from "../../quantizers/index.js";
import type { Finder } from "./finder.js";
import { type MethodDefinition, onHistogram } from "./method.js";

/**
 * @internal
 * The range from k standard deviations below the mean to k above it, but no further than the values reach.
 */
export function sigmaRange(k: number): Finder {
  return ({ values, counts, min, max }, format) => {
    let [total, sum, squares] = [0, 0, 0];
    for (let i = 0; i < values.length; i++) {
      const count = counts ? counts[i]! : 1;
      total += count;
      sum += count * values[i]!;
    }
    const mean = sum / total;
    for (let i = 0; i < values.length; i++) {
      squares += (counts ? counts[i]! : 1) * (values[i]! - mean) ** 2;
    }
    const reach = k * Math.sqrt(squares / total);
    return coveringRange(format, {
      min: Math.max(min, mean - reach),
      max: Math.min(max, mean + reach),
    });
  };
}

/** Options of `"sigma"`. */
export interface SigmaOptions {
  /** How many standard deviations the range reaches from the mean; above 0. Default 3. */
  k?: number;
}

/** @internal The mean ± k standard deviations. */
export const sigma: MethodDefinition<SigmaOptions> = {
  options: ["k"],
  make: ({ k = 3 }) => {
    checkNumber("k", k, { above: 0 });
    return onHistogram(sigmaRange(k));
  },
};
