import type { MarkOptions } from "./line.js";
import { colorOf } from "./theme.js";
import { checkLengths, checkList, type Numbers, plain, type Trace } from "./trace.js";

/** Options of {@link bars}. */
export interface BarOptions extends MarkOptions {
  /** Half the length of an interval around each bar's end, in the values' unit. */
  interval?: Numbers;
  /** One colour for each bar, in place of one for all. */
  colors?: string[];
}

/**
 * A bar for each name; several sets of bars stand side by side.
 *
 * @throws TypeError for what isn't a list of numbers, RangeError for lists of different lengths
 * @example
 * q.plot.bars(["W8A8", "W4A4"], [0.97, 0.91], { name: "PTQ", interval: [0.002, 0.01] }).x; // [ "W8A8", "W4A4" ]
 */
export function bars(
  names: (string | number)[],
  values: Numbers,
  { name = "", color = colorOf(name), interval, colors }: BarOptions = {},
): Trace {
  checkList(names);
  const heights = plain(values);
  checkLengths({
    names,
    values: heights,
    interval: interval ?? heights,
    colors: colors ?? heights,
  });
  return {
    type: "bar",
    x: names.map(String),
    y: heights,
    name,
    marker: { color: colors ?? color },
    ...(interval && {
      error_y: { type: "data", array: plain(interval), color: "#767676", width: 3 },
    }),
  };
}
