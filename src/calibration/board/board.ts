import type { DataFrame } from "danfojs-node";
import { checkOptions } from "../../arguments/index.js";
import { type Displayable, displaySymbol, earlySymbol, LiveDisplay } from "../../display/index.js";
import { type Figure, withImage } from "../../plot/index.js";
import type { IntegerFormat } from "../../quantizers/index.js";
import { checkFormat } from "../../quantizers/index.js";
import { Histogram } from "../histogram/histogram.js";
import { HistogramObserver } from "../histogram/histogramObserver.js";
import type { Samples } from "../histogram/samples.js";
import type { Values } from "../histogram/values.js";
import type { MethodName, NamedMethod } from "../methods/table.js";
import { methodNamed } from "../methods/table.js";
import { named, type Observer } from "../observer.js";
import { rangeTable } from "./table.js";
import { type Marked, thresholdFigure } from "./thresholdFigure.js";

/** Options of {@link board}. */
export interface CalibrationBoardOptions {
  /** The methods whose ranges are drawn. Default `["minmax", "percentile", "mse", "kl"]`. */
  methods?: readonly (MethodName | NamedMethod)[];
}

/** A figure of values and their ranges that grows while values stream in. */
export interface CalibrationBoard extends Displayable {
  /** Takes a batch into account, a list or a tensor. @throws RangeError or TypeError as {@link Observer} does */
  observe(values: Values): void;
  /**
   * The range that each method finds for the observed values, by the method's name.
   *
   * @throws Error if nothing was observed
   */
  ranges(): Record<string, { min: number; max: number }>;
  /** The ranges with their scale, the share of values that they clip (%), and the SQNR (dB), as a DataFrame. */
  table(): DataFrame;
  /** The figure as it is now. */
  figure(): Figure;
  /** Draws the final state now. Without this call the end of the cell draws it. */
  done(): Promise<void>;
}

/** How many bins the ranges are found on while values stream in: few enough for ten redraws a second. */
const bins = 1024;

/**
 * A live figure: the histogram of the values that stream in, on a logarithmic axis, and the ranges that several
 * methods would choose for a format, redrawn at most ten times a second. All methods share one histogram, so
 * eight methods cost no more than one.
 *
 * @param title the name of the values
 * @param format the ranges' format
 * @throws TypeError if the title isn't a text, the format isn't a format, or {@link observer} refuses a method
 * @example
 * const board = q.calibration.board("Pixels", q.uint(2), { methods: ["minmax", "mse"] });
 * for (const { xs } of train.batches(256)) board.observe(xs);
 * board.ranges().minmax; // { min: 0, max: 1 }
 */
export function board(
  title: string,
  format: IntegerFormat,
  options: CalibrationBoardOptions = {},
): CalibrationBoard {
  checkOptions<CalibrationBoardOptions>("q.calibration.board", options, { methods: true });
  const { methods = ["minmax", "percentile", "mse", "kl"] } = options;
  if (typeof title !== "string") {
    throw new TypeError(
      `invalid title: ${title} (expected words, as in q.calibration.board("Pixels", q.uint(4)))`,
    );
  }
  checkFormat(format);
  const histogram = new Histogram();
  const entries = new Map(methods.map((method) => entryOf(method)));
  const marks = (samples: Samples): Marked[] =>
    [...entries].map(([name, entry]) => ({ name, range: entry.range(samples, format) }));
  const draw = (samples: Samples) =>
    thresholdFigure(
      `${title}, ranges for ${format}`,
      histogram,
      histogram.size > 0 ? marks(samples) : [],
    );
  const live = new LiveDisplay((final) =>
    final ? withImage(draw(histogram.samples())) : draw(histogram.samples({ bins }))[earlySymbol](),
  );

  function currentMarks(): Marked[] {
    if (histogram.size === 0) throw new Error("nothing observed (call observe(values) first)");
    return marks(histogram.samples());
  }
  return {
    observe(values) {
      histogram.add(values);
      for (const { observer } of entries.values()) observer?.observe(values);
      live.touch();
    },
    ranges: () => Object.fromEntries(currentMarks().map(({ name, range }) => [name, range])),
    table: () => rangeTable(histogram.samples(), currentMarks(), format),
    figure: () => draw(histogram.samples()),
    done: () => live.end(),
    [displaySymbol]: () => ({}), // it shows itself where it was made
  };
}

interface Entry {
  /** The observer of a method that looks at batches. The other methods share a histogram. */
  observer?: Observer;
  range(samples: Samples, format: IntegerFormat): { min: number; max: number };
}

/** A method by its name, with the values of its options: `percentile 99.9`. */
function entryOf(method: MethodName | NamedMethod): [string, Entry] {
  const { name, ...options } = named(method);
  const definition = methodNamed({ name, ...options } as NamedMethod);
  const observer = definition.observer();
  const entry: Entry =
    observer instanceof HistogramObserver
      ? { range: definition.find }
      : { observer, range: (_, format) => observer.range(format) };
  return [[name, ...Object.values(options)].join(" "), entry];
}
