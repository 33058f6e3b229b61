import { checkNumber } from "../../arguments/index.js";
import { coveringRange, type IntegerFormat } from "../../quantizers/index.js";
import type { Values } from "../histogram/values.js";
import type { Observer } from "../observer.js";
import type { MethodDefinition } from "./method.js";
import { endsOfAll, minmaxRange } from "./minmax.js";

/**
 * Follows the ends of the batches by an exponential moving average, end ← momentum · end + (1 − momentum)
 * · the batch's, from those of the first batch on. Jacob et al. 2018, arXiv:1712.05877, section 3.1.
 *
 * @example
 * const observer = q.observer({ name: "movingAverage", momentum: 0.5 });
 * observer.observe([0, 4]);
 * observer.observe([0, 8]);
 * observer.range(q.uint(8)); // { min: 0, max: 6 }
 */
export class MovingAverageObserver implements Observer {
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
    return coveringRange(format, { min: this.min, max: this.max });
  }

  private follow(average: number, now: number): number {
    if (Number.isNaN(average)) return now;
    return this.momentum * average + (1 - this.momentum) * now;
  }
}

/** Options of `"movingAverage"`. */
export interface MovingAverageOptions {
  /** How much of the average each batch leaves, from 0 to below 1. Default 0.99. */
  momentum?: number;
}

/** @internal A moving average of the batches' ends. */
export const movingAverage: MethodDefinition<MovingAverageOptions> = {
  options: ["momentum"],
  make: ({ momentum = 0.99 }) => {
    checkNumber("momentum", momentum, { from: 0, below: 1 });
    return { find: minmaxRange, observer: () => new MovingAverageObserver(momentum) };
  },
};
