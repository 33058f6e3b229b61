import { checkNumber } from "../../arguments/index.js";
import { coveringRange } from "../../quantizers/index.js";
import type { Samples } from "../histogram/samples.js";
import type { Finder } from "./finder.js";
import { type MethodDefinition, onHistogram } from "./method.js";

/**
 * @internal
 * The range that holds a share of the values. A symmetric format, and values of one sign, leave out the values
 * of the largest size; otherwise as many values are left out at either end.
 *
 * @param percentile the share in percent, above 0
 */
export function percentileRange(percentile: number): Finder {
  return (samples, format) => {
    const { min, max } = samples;
    const outside = (100 - percentile) / 100;
    if (format.symmetric) {
      const largest = quantile(sizes(samples), 1 - outside);
      return coveringRange(format, { min: Math.max(min, -largest), max: Math.min(max, largest) });
    }
    const cut = min >= 0 || max <= 0 ? outside : outside / 2;
    const low = min >= 0 ? min : quantile(samples, cut);
    const high = max <= 0 ? max : quantile(samples, 1 - cut);
    return coveringRange(format, { min: low, max: high });
  };
}

/** The smallest value that a share of the values doesn't exceed; the ends are exact. */
function quantile({ values, counts, min, max }: Samples, share: number): number {
  const total = counts ? Array.from(counts).reduce((a, b) => a + b, 0) : values.length;
  const rank = share * total * (1 - 1e-12); // 99.99 % of 200,000 are 199,980, in float64 a little more
  if (rank <= 0) return min;
  let seen = 0;
  for (let i = 0; i < values.length - 1; i++) {
    seen += counts ? counts[i]! : 1;
    if (seen >= rank) return values[i]!;
  }
  return max;
}

function sizes({ values, counts, min, max }: Samples): Samples {
  const order = Array.from(values, (value, i) => ({
    size: Math.abs(value),
    count: counts?.[i] ?? 1,
  }));
  order.sort((a, b) => a.size - b.size);
  return {
    values: order.map(({ size }) => size),
    counts: order.map(({ count }) => count),
    min: 0,
    max: Math.max(-min, max),
  };
}

/** Options of `"percentile"`. */
export interface PercentileOptions {
  /** The share of the values that the range holds, in percent: above 0, up to 100. Default 99.99. */
  percentile?: number;
}

/** @internal The method that takes the range of a share of the values. */
export const percentile: MethodDefinition<PercentileOptions> = {
  options: ["percentile"],
  make: ({ percentile = 99.99 }) => {
    checkNumber("percentile", percentile, { above: 0, to: 100 });
    return onHistogram(percentileRange(percentile));
  },
};
