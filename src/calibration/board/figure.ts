import type { Figure } from "../../plot/index.js";
import type { IntegerFormat } from "../../quantizers/index.js";
import { checkFormat } from "../../quantizers/index.js";
import { HistogramObserver } from "../histogram/histogramObserver.js";
import type { Observer } from "../observer.js";
import { thresholdFigure } from "./thresholdFigure.js";

/**
 * The ranges that observers found for a format, as upright lines in the histogram of the values.
 *
 * @param observers observers by the names that stand at their lines; at least one observer keeps a histogram,
 *   as all do but `"minmax"` and `"movingAverage"`
 * @param format the ranges' format
 * @throws TypeError if no observer keeps a histogram, or if `format` isn't a format; Error if nothing was
 *   observed
 * @example
 * const observers = { minmax: q.observer("minmax"), mse: q.observer("mse") };
 * for (const one of Object.values(observers)) one.observe([0.1, 0.2, 0.9, 5]);
 * q.calibration.figure(observers, q.uint(2)).alt; // "Ranges for uint2 per tensor. 4 values from 0.1 to 5. minmax: 0 to 5. mse: 0 to 4.77"
 */
export function figure(observers: Record<string, Observer>, format: IntegerFormat): Figure {
  checkFormat(format);
  const entries = Object.entries(observers ?? {});
  const counting = entries
    .map(([, observer]) => observer)
    .find((observer) => observer instanceof HistogramObserver);
  if (!counting) {
    throw new TypeError(
      'invalid observers: none keeps a histogram (expected one that does, as in { mse: q.observer("mse") })',
    );
  }
  const marks = entries.map(([name, observer]) => ({ name, range: observer.range(format) }));
  return thresholdFigure(`Ranges for ${format}`, counting.histogram, marks);
}
