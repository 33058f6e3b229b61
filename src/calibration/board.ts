import type { DataFrame } from "danfojs-node";
import { LiveDisplay } from "../display/live.js";
import { type Displayable, displaySymbol, earlySymbol } from "../display/mime.js";
import { type Figure, withImage } from "../plot/figure.js";
import { checkFormat } from "../quantizers/format.js";
import type { IntegerFormat } from "../quantizers/index.js";
import { Histogram } from "./histogram.js";
import { HistogramObserver } from "./histogramObserver.js";
import type { MethodName, NamedMethod } from "./methods.js";
import { methodNamed } from "./methods.js";
import { named, type Observer } from "./observer.js";
import type { Samples } from "./samples.js";
import { rangeTable } from "./table.js";
import { type Marked, thresholdFigure } from "./thresholdFigure.js";
import type { Values } from "./values.js";

/** Options of {@link board}. */
export interface CalibrationBoardOptions {
  /** The methods whose ranges are drawn. Default `["minmax", "percentile", "mse", "kl"]`. */
  methods?: readonly (MethodName | NamedMethod)[];
}

/** A figure of values and their ranges that grows while values stream in. */
export interface CalibrationBoard extends Displayable {
  /** Takes a batch into account, a list or a tensor. @throws as {@link Observer} does. */
  observe(values: Values): void;
  /** The range that each method finds for what was seen, by its name. @throws Error when nothing was. */
  ranges(): Record<string, { min: number; max: number }>;
  /** The ranges with their scale, what they clip (%), and the SQNR (dB), as a DataFrame. */
  table(): DataFrame;
  /** The figure as it is now. */
  figure(): Figure;
  /** Draws the final state now; without it the cell's end does. */
  done(): Promise<void>;
}

/** While values stream in, ranges are found on so many bins: fast enough for ten times a second. */
const bins = 1024;

/**
 * A live figure: the histogram of the values that stream in, on a logarithmic axis, and the ranges that
 * several methods would choose for a format, redrawn at most ten times a second. All of them look at one
 * histogram: eight methods cost no more than one.
 *
 * @param title what the values are
 * @param format the ranges' format
 * @throws TypeError for another title, what isn't a format, and methods that {@link observer} refuses
 * @example
 * const board = q.calibration.board("Pixels", q.uint(2), { methods: ["minmax", "mse"] });
 * for (const { xs } of train.batches(256)) board.observe(xs);
 * board.ranges().minmax; // { min: 0, max: 1 }
 */
export function board(
  title: string,
  format: IntegerFormat,
  { methods = ["minmax", "percentile", "mse", "kl"] }: CalibrationBoardOptions = {},
): CalibrationBoard {
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

  function found(): Marked[] {
    if (histogram.size === 0) throw new Error("nothing observed (call observe(values) first)");
    return marks(histogram.samples());
  }
  return {
    observe(values) {
      histogram.add(values);
      for (const { observer } of entries.values()) observer?.observe(values);
      live.touch();
    },
    ranges: () => Object.fromEntries(found().map(({ name, range }) => [name, range])),
    table: () => rangeTable(histogram.samples(), found(), format),
    figure: () => draw(histogram.samples()),
    done: () => live.end(),
    [displaySymbol]: () => ({}), // it shows itself where it was made
  };
}

interface Entry {
  /** Of a method that looks at batches; the others share a histogram. */
  observer?: Observer;
  range(samples: Samples, format: IntegerFormat): { min: number; max: number };
}

/** A method by its name, with the values of its options: `percentile 99.9`. */
function entryOf(given: MethodName | NamedMethod): [string, Entry] {
  const { name, ...options } = named(given);
  const method = methodNamed({ name, ...options } as NamedMethod);
  const observer = method.observer();
  const entry: Entry =
    observer instanceof HistogramObserver
      ? { range: method.find }
      : { observer, range: (_, format) => observer.range(format) };
  return [[name, ...Object.values(options)].join(" "), entry];
}
