import { checkChoice, checkOptions } from "../arguments/index.js";
import { colorOf } from "./theme.js";
import {
  checkLengths,
  type Heights,
  heightsAt,
  listOf,
  plain,
  plainPositions,
  type Trace,
  type WithValues,
} from "./trace.js";

/** How a mark looks; everything has a default. */
export interface MarkOptions {
  /**
   * The name of the shown quantity, in a word or two. It is also the label at the mark and the key of its
   * fixed colour.
   */
  name?: string;
  /** A CSS colour. Default: the colour of `name`. */
  color?: string;
}

/** Options of {@link line}. */
export interface LineOptions extends MarkOptions {
  dash?: "solid" | "dash" | "dot";
  /**
   * How the line goes from point to point: straight; `"hv"` keeps each value up to the next point, as a count does;
   * `"hvh"` steps halfway between two points, as a rounding function does that was evaluated at many places.
   * Default `"linear"`.
   */
  shape?: "linear" | "hv" | "hvh";
  /** Whether a dot stands at each value. Default `false`. */
  markers?: boolean;
  /** Whether the name is written at the line's right end. Default: true if there is a name. */
  label?: boolean;
}

/**
 * A line through the points `(x[i], y[i])`; NaN and ∞ are gaps.
 *
 * @param x numbers, in a list or a tensor, or names that follow each other
 * @param y as many numbers as `x` has elements, or a function that gives the height at a place: `() => 0.97` is level
 * @returns a Plotly trace for {@link figure}
 * @throws TypeError if an argument is not a list of numbers, RangeError if the lists differ in length
 * @example
 * q.plot.line([8, 4, 2], [49.8, 25.6, 12.8], { name: "QAT" }).x; // [ 8, 4, 2 ]
 * q.plot.line([1, 2, 4], (bits) => 6.02 * bits).y; // [ 6.02, 12.04, 24.08 ]
 */
export function line<X extends number | string = number>(
  x: ArrayLike<X> | WithValues,
  y: Heights<X>,
  options: LineOptions = {},
): Trace {
  checkOptions<LineOptions>("q.plot.line", options, {
    dash: true,
    shape: true,
    markers: true,
    label: true,
    name: true,
    color: true,
  });
  const {
    name = "",
    color = colorOf(name),
    dash = "solid",
    shape = "linear",
    markers = false,
    label = name !== "",
  } = options;
  checkChoice("shape", shape, ["linear", "hv", "hvh"]);
  const places = listOf(x) as ArrayLike<X>;
  const xs = plainPositions(places as ArrayLike<number>);
  const ys = plain(heightsAt(y, places));
  checkLengths({ x: xs, y: ys });
  return {
    type: "scatter",
    mode: `lines${markers ? "+markers" : ""}${label ? "+text" : ""}`,
    x: xs,
    y: ys,
    name,
    line: { color, dash, width: 2, ...(shape !== "linear" && { shape }) },
    ...(label && endLabel(ys, name, color)),
  };
}

/** Writes the name at the last point that isn't a gap, or at the first such point. */
export function endLabel(
  y: (number | null)[],
  name: string,
  color: string,
  { first = false } = {},
): Trace {
  const exists = (value: number | null) => value !== null;
  const index = first ? y.findIndex(exists) : y.findLastIndex(exists);
  return {
    text: y.map((_, i) => (i === index ? ` ${name}` : "")),
    textposition: "middle right",
    textfont: { color },
    cliponaxis: false,
  };
}
