import { coveringRange, type IntegerFormat } from "../../quantizers/index.js";
import { portions, type Values } from "../histogram/values.js";
import type { Observer } from "../observer.js";
import { ends } from "./ends.js";
import type { Finder } from "./finder.js";
import type { MethodDefinition } from "./method.js";

/** @internal The range of all values. */
export const minmaxRange: Finder = (samples, format) => coveringRange(format, samples);

/**
 * Finds the range that holds every value. One outlier widens the range, and with it every rounding error.
 *
 * @example
 * const observer = q.observer("minmax");
 * observer.observe([0.5, 3]);
 * observer.range(q.uint(8)); // { min: 0, max: 3 }
 */
export class MinMaxObserver implements Observer {
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;

  observe(values: Values): void {
    const { min, max } = endsOfAll(values);
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
  }

  range(format: IntegerFormat): { min: number; max: number } {
    if (this.min > this.max) throw new Error("nothing observed (call observe(values) first)");
    return coveringRange(format, { min: this.min, max: this.max });
  }
}

/** @internal The ends of a batch; the minimum is above the maximum if the batch has no values. */
export function endsOfAll(values: Values): { min: number; max: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { portion, start } of portions(values)) {
    const extremes = ends(portion, start);
    min = Math.min(min, extremes.min);
    max = Math.max(max, extremes.max);
  }
  return { min, max };
}

/** @internal The method that takes the range of all values. */
export const minmax: MethodDefinition = {
  options: [],
  make: () => ({ find: minmaxRange, observer: () => new MinMaxObserver() }),
};
