import { displaySymbol, earlySymbol, type MimeBundle } from "../../display/index.js";
import type { IntegerFormat } from "../../quantizers/index.js";
import { thresholdFigure } from "../board/thresholdFigure.js";
import type { Finder } from "../methods/finder.js";
import type { Observer } from "../observer.js";
import { Histogram } from "./histogram.js";
import type { Values } from "./values.js";

/**
 * Finds a range on a histogram of all values: the {@link observer} of the methods that need more than the
 * values' ends. A notebook shows the observer as its histogram.
 *
 * @example
 * const observer = q.observer({ name: "percentile", percentile: 50 });
 * observer.observe([1, 2, 3, 100]);
 * observer.range(q.uint(8)); // { min: 0, max: 2 }
 */
export class HistogramObserver implements Observer {
  /** The histogram of the observed values. */
  readonly histogram = new Histogram();
  private readonly find: Finder;

  /** @internal */
  constructor(find: Finder) {
    this.find = find;
  }

  observe(values: Values): void {
    this.histogram.add(values);
  }

  range(format: IntegerFormat): { min: number; max: number } {
    if (this.histogram.size === 0) throw new Error("nothing observed (call observe(values) first)");
    return this.find(this.histogram.samples(), format);
  }

  [displaySymbol](): Promise<MimeBundle> {
    return this.figure()[displaySymbol]();
  }

  [earlySymbol](): MimeBundle {
    return this.figure()[earlySymbol]();
  }

  private figure() {
    return thresholdFigure("Observed values", this.histogram, []);
  }
}
