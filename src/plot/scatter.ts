import { checkOptions } from "../arguments/index.js";
import type { MarkOptions } from "./line.js";
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

/** Options of {@link scatter}. */
export interface ScatterOptions extends MarkOptions {
  /** The diameter of a point in pixels. Default 6. */
  size?: number;
}

/**
 * Points at `(x[i], y[i])`.
 *
 * @throws TypeError if an argument is not a list of numbers, RangeError if the lists differ in length
 * @example
 * q.plot.scatter([1, 2], [0.5, 0.25]).y; // [ 0.5, 0.25 ]
 * q.plot.scatter([1, 2], (x) => 1 / x).y; // [ 1, 0.5 ]
 */
export function scatter<X extends number | string = number>(
  x: ArrayLike<X> | WithValues,
  y: Heights<X>,
  options: ScatterOptions = {},
): Trace {
  checkOptions<ScatterOptions>("q.plot.scatter", options, { name: true, color: true, size: true });
  const { name = "", color = colorOf(name), size = 6 } = options;
  const places = listOf(x) as ArrayLike<X>;
  const [xs, ys] = [plainPositions(places as ArrayLike<number>), plain(heightsAt(y, places))];
  checkLengths({ x: xs, y: ys });
  const marker = { color, size, opacity: 0.8 };
  return { type: "scatter", mode: "markers", x: xs, y: ys, name, marker };
}
