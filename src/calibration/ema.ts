import { coveringRange, type IntegerFormat } from "../quantizers/index.js";
import { endsOfAll } from "./minmax.js";
import type { Observer } from "./observer.js";
import type { Values } from "./values.js";

/**
 * Follows the ends of the batches by an exponential moving average, end ← momentum · end + (1 − momentum)
 * · the batch's, from those of the first batch on. Jacob et al. 2018, arXiv:1712.05877, section 3.1.
 *
 * @example
 * const observer = q.observer("ema", { momentum: 0.5 });
 * observer.observe([0, 4]);
 * observer.observe([0, 8]);
 * observer.range(q.uint(8)); // { min: 0, max: 6 }
 */
export class EmaObserver implements Observer {
  private readonly momentum: number;
  private min = Number.NaN;
  private max = Number.NaN;

  /** @internal */
  constructor(momentum: number) {
    this.momentum = momentum;
  }

  observe(values: Values): void {
    const { min, max } = endsOfAll(values);
    if (min > max) return;
    this.min = this.follow(this.min, min);
    this.max = this.follow(this.max, max);
  }

  range(format: IntegerFormat): { min: number; max: number } {
    if (Number.isNaN(this.min)) throw new Error("nothing observed (call observe(values) first)");
    return coveringRange(this.min, this.max, format);
  }

  private follow(average: number, now: number): number {
    if (Number.isNaN(average)) return now;
    return this.momentum * average + (1 - this.momentum) * now;
  }
}
