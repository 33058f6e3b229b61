import { displaySymbol, earlySymbol, type MimeBundle } from "../display/mime.js";
import type { IntegerFormat } from "../quantizers/index.js";
import type { Finder } from "./finder.js";
import { Histogram } from "./histogram.js";
import type { Observer } from "./observer.js";
import { thresholdFigure } from "./thresholdFigure.js";
import type { Values } from "./values.js";

/**
 * Finds a range on a histogram of all values: an {@link observer} of the methods that need more than ends.
 * It shows itself as that histogram.
 *
 * @example
 * const observer = q.observer("percentile", { percentile: 50 });
 * observer.observe([1, 2, 3, 100]);
 * observer.range(q.uint(8)); // { min: 0, max: 2 }
 */
export class HistogramObserver implements Observer {
  /** What was counted. */
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
