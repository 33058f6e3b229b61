import type { MarkOptions } from "./line.js";
import { colorOf } from "./theme.js";
import {
  checkLengths,
  type Numbers,
  type Positions,
  plain,
  plainPositions,
  type Trace,
} from "./trace.js";

/**
 * Points at `(x[i], y[i])`.
 *
 * @param options `name`, `color`, and `size` in pixels (default 6)
 * @throws TypeError for what isn't a list of numbers, RangeError for lists of different lengths
 * @example
 * q.plot.scatter([1, 2], [0.5, 0.25]).y; // [ 0.5, 0.25 ]
 */
export function scatter(
  x: Positions,
  y: Numbers,
  { name = "", color = colorOf(name), size = 6 }: MarkOptions & { size?: number } = {},
): Trace {
  const [xs, ys] = [plainPositions(x), plain(y)];
  checkLengths({ x: xs, y: ys });
  const marker = { color, size, opacity: 0.8 };
  return { type: "scatter", mode: "markers", x: xs, y: ys, name, marker };
}
