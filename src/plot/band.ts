import { checkOptions } from "../arguments/index.js";
import type { MarkOptions } from "./line.js";
import { colorOf, translucent } from "./theme.js";
import { checkLengths, type Numbers, plain, type Trace } from "./trace.js";

/**
 * A band from `low` to `high`, such as a confidence interval; in a figure's data it stands before the line
 * that it belongs to. `color` is a `#rrggbb` colour.
 *
 * @throws TypeError if an argument is not a list of numbers, RangeError if the lists differ in length or
 *   the colour is not `#rrggbb`
 * @example
 * q.plot.band([1, 2], [0.1, 0.2], [0.3, 0.4]).y; // [ 0.1, 0.2, 0.4, 0.3 ]
 */
export function band(x: Numbers, low: Numbers, high: Numbers, options: MarkOptions = {}): Trace {
  checkOptions<MarkOptions>("q.plot.band", options, { name: true, color: true });
  const { name = "", color = colorOf(name) } = options;
  const [xs, lows, highs] = [plain(x), plain(low), plain(high)];
  checkLengths({ x: xs, low: lows, high: highs });
  return {
    type: "scatter",
    mode: "lines",
    x: [...xs, ...xs.toReversed()],
    y: [...lows, ...highs.toReversed()],
    name,
    fill: "toself",
    fillcolor: translucent(color),
    line: { width: 0 },
    hoverinfo: "skip",
  };
}
