import type { IntegerFormat } from "../quantizers/index.js";
import { Histogram } from "./histogram.js";
import type { Observer } from "./observer.js";
import { leastSquaresRange } from "./search.js";

/**
 * Finds the range with the least mean squared error of rounding and clipping together, on a
 * histogram of all values.
 *
 * @example
 * const observer = new MseObserver();
 * observer.observe(gaussian); // 200,000 values, standard deviation 1
 * observer.range(q.int(4)).max / 7; // 0.339, the best scale for 4 bits
 */
export class MseObserver implements Observer {
  private readonly histogram = new Histogram();

  observe(values: ArrayLike<number>): void {
    this.histogram.add(values);
  }

  range(format: IntegerFormat): { min: number; max: number } {
    const samples = this.histogram.samples();
    if (samples.values.length === 0) {
      throw new Error("nothing observed (call observe(values) first)");
    }
    return leastSquaresRange(samples, format);
  }
}
