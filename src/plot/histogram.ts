import { bin, extent } from "d3-array";
import { checkCount, checkOptions } from "../arguments/index.js";
import type { MarkOptions } from "./line.js";
import { colorOf } from "./theme.js";
import { checkList, listOf, type Numbers, type Trace, type WithValues } from "./trace.js";

/** Options of {@link histogram}. */
export interface HistogramOptions extends MarkOptions {
  /**
   * The number of bins: exact with a `range`, which they divide evenly; else approximate, with round numbers as edges.
   * Default 60.
   */
  bins?: number;
  /** Both ends of the bins; values outside aren't counted. Default: smallest and largest value. */
  range?: [number, number];
  /**
   * Whether heights are a density, in shares of all values per unit of x: the bars' area is at most 1.
   * Default false.
   */
  density?: boolean;
}

/**
 * How often values occur, in bins of equal width. The bins are counted here, so that a figure of a
 * million weights carries sixty numbers.
 *
 * @throws TypeError if `values` is neither a list of numbers nor a tensor, RangeError if `bins` is not a whole number of at
 *   least 1
 * @example
 * q.plot.histogram([1, 1, 2], { bins: 2, range: [0, 4] }).y; // [ 2, 1 ]
 */
export function histogram(values: Numbers | WithValues, options: HistogramOptions = {}): Trace {
  checkOptions<HistogramOptions>("q.plot.histogram", options, {
    bins: true,
    range: true,
    density: true,
    name: true,
    color: true,
  });
  const { name = "", color = colorOf(name), bins = 60, range, density = false } = options;
  checkCount("bins", bins);
  const list = listOf(values);
  checkList(list);
  const finite = Array.from(list).filter(Number.isFinite);
  const [low = 0, high = 1] = range ?? extent(finite);
  const edges = Array.from({ length: bins - 1 }, (_, i) => low + ((i + 1) / bins) * (high - low));
  const counting = bin().domain([low, high]);
  const counted = (range ? counting.thresholds(edges) : counting.thresholds(bins))(finite);
  const height = (count: number, width: number) =>
    density ? Number((count / finite.length / width).toPrecision(6)) : count;
  return {
    type: "bar",
    x: counted.map(({ x0 = 0, x1 = 0 }) => (x0 + x1) / 2),
    y: counted.map((values) => height(values.length, values.x1! - values.x0!)),
    width: counted.map(({ x0 = 0, x1 = 0 }) => x1 - x0),
    name,
    marker: { color, opacity: 0.75, line: { width: 0 } },
  };
}
