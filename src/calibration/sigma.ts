import { coveringRange } from "../quantizers/index.js";
import type { Finder } from "./finder.js";

/**
 * @internal
 * The range from k standard deviations below the mean to k above it, as far as there are values.
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
    return coveringRange(Math.max(min, mean - reach), Math.min(max, mean + reach), format);
  };
}
