import { colorOf } from "./theme.js";
import {
  checkLengths,
  type Numbers,
  type Positions,
  plain,
  plainPositions,
  type Trace,
} from "./trace.js";

/** How a mark looks; everything has a default. */
export interface MarkOptions {
  /** What it shows, in a word or two: also the label at the mark and the key of its fixed colour. */
  name?: string;
  /** A CSS colour; by default the one that `name` means. */
  color?: string;
}

/** Options of {@link line}. */
export interface LineOptions extends MarkOptions {
  dash?: "solid" | "dash" | "dot";
  /** A dot at each value. Default `false`. */
  markers?: boolean;
  /** The name written at the line's right end. Default: whether there is a name. */
  label?: boolean;
}

/**
 * A line through the points `(x[i], y[i])`; NaN and ∞ are gaps.
 *
 * @param x numbers, or names that follow each other
 * @param y as many numbers
 * @param options `name`, `color`, `dash` (default solid), `markers`, `label`
 * @returns a Plotly trace for {@link figure}
 * @throws TypeError for what isn't a list of numbers, RangeError for lists of different lengths
 * @example
 * q.plot.line([8, 4, 2], [49.8, 25.6, 12.8], { name: "QAT" }).x; // [ 8, 4, 2 ]
 */
export function line(x: Positions, y: Numbers, options: LineOptions = {}): Trace {
  const {
    name = "",
    color = colorOf(name),
    dash = "solid",
    markers = false,
    label = name !== "",
  } = options;
  const xs = plainPositions(x);
  const ys = plain(y);
  checkLengths({ x: xs, y: ys });
  return {
    type: "scatter",
    mode: `lines${markers ? "+markers" : ""}${label ? "+text" : ""}`,
    x: xs,
    y: ys,
    name,
    line: { color, dash, width: 2 },
    ...(label && endLabel(ys, name, color)),
  };
}

/** The name at the last point that exists, or at the first. */
export function endLabel(
  y: (number | null)[],
  name: string,
  color: string,
  { first = false } = {},
): Trace {
  const exists = (value: number | null) => value !== null;
  const at = first ? y.findIndex(exists) : y.findLastIndex(exists);
  return {
    text: y.map((_, i) => (i === at ? ` ${name}` : "")),
    textposition: "middle right",
    textfont: { color },
    cliponaxis: false,
  };
}
