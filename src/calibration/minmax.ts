import { coveringRange, type IntegerFormat } from "../quantizers/index.js";
import type { Observer } from "./observer.js";
import { ends } from "./samples.js";

/**
 * Finds the range that holds every value. One outlier stretches it, and with it every rounding
 * error.
 *
 * @example
 * const observer = new MinMaxObserver();
 * observer.observe([0.5, 3]);
 * observer.range(q.uint(8)); // { min: 0, max: 3 }
 */
export class MinMaxObserver implements Observer {
  private min = Number.POSITIVE_INFINITY;
  private max = Number.NEGATIVE_INFINITY;

  observe(values: ArrayLike<number>): void {
    const { min, max } = ends(values);
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
  }

  range(format: IntegerFormat): { min: number; max: number } {
    if (this.min > this.max) throw new Error("nothing observed (call observe(values) first)");
    return coveringRange(this.min, this.max, format);
  }
}
