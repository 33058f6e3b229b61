import type { MarkOptions } from "./line.js";
import { colorOf, translucent } from "./theme.js";
import { type Numbers, plain, type Trace } from "./trace.js";

/**
 * A band from `low` to `high`, such as a confidence interval; give it before the line it belongs to.
 * `color` is a `#rrggbb` colour.
 */
export function band(
  x: Numbers,
  low: Numbers,
  high: Numbers,
  { name = "", color = colorOf(name) }: MarkOptions = {},
): Trace {
  return {
    type: "scatter",
    mode: "lines",
    x: [...plain(x), ...plain(x).reverse()],
    y: [...plain(low), ...plain(high).reverse()],
    name,
    fill: "toself",
    fillcolor: translucent(color),
    line: { width: 0 },
    hoverinfo: "skip",
  };
}
