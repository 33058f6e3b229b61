import { coveringRange, type IntegerFormat } from "../quantizers/index.js";
import { ends } from "./ends.js";
import type { Finder } from "./finder.js";
import type { Observer } from "./observer.js";
import { portions, type Values } from "./values.js";

/** @internal The range of all values. */
export const minmaxRange: Finder = ({ min, max }, format) => coveringRange(min, max, format);

/**
 * Finds the range that holds every value. One outlier stretches it, and with it every rounding
 * error.
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
    return coveringRange(this.min, this.max, format);
  }
}

/** @internal The ends of a batch; the minimum is above the maximum where it has no values. */
export function endsOfAll(values: Values): { min: number; max: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { portion, start } of portions(values)) {
    const found = ends(portion, start);
    min = Math.min(min, found.min);
    max = Math.max(max, found.max);
  }
  return { min, max };
}
