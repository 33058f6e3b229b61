import type { Figure } from "../plot/index.js";
import { checkFormat } from "../quantizers/format.js";
import type { IntegerFormat } from "../quantizers/index.js";
import { HistogramObserver } from "./histogramObserver.js";
import type { Observer } from "./observer.js";
import { thresholdFigure } from "./thresholdFigure.js";

/**
 * The ranges that observers found for a format, as upright lines in the histogram of the values.
 *
 * @param observers by the names that stand at the lines; one of them at least keeps a histogram, which
 *   all but `"minmax"` and `"ema"` do
 * @param format the ranges' format
 * @throws TypeError without such an observer, or for what isn't a format; Error where nothing was observed
 * @example
 * const observers = { minmax: q.observer("minmax"), mse: q.observer("mse") };
 * for (const one of Object.values(observers)) one.observe([0.1, 0.2, 0.9, 5]);
 * q.calibration.figure(observers, q.uint(2)).alt; // "Ranges for uint2 per tensor. 4 values from 0.1 to 5. minmax: 0 to 5. mse: 0 to 4.77"
 */
export function figure(observers: Record<string, Observer>, format: IntegerFormat): Figure {
  checkFormat(format);
  const entries = Object.entries(observers ?? {});
  const counting = entries.map(([, one]) => one).find((one) => one instanceof HistogramObserver);
  if (!counting) {
    throw new TypeError(
      'invalid observers: none keeps a histogram (expected one that does, as in { mse: q.observer("mse") })',
    );
  }
  const marks = entries.map(([name, one]) => ({ name, range: one.range(format) }));
  return thresholdFigure(`Ranges for ${format}`, counting.histogram, marks);
}
