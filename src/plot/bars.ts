import { checkOptions } from "../arguments/index.js";
import type { MarkOptions } from "./line.js";
import { colorOf, ink } from "./theme.js";
import {
  checkLengths,
  checkList,
  type Heights,
  heightsAt,
  type Numbers,
  plain,
  type Trace,
} from "./trace.js";

/** Options of {@link bars}. */
export interface BarOptions extends MarkOptions {
  /** Half the length of an interval around each bar's end, in the values' unit. */
  interval?: Numbers;
  /** One colour for each bar, in place of one colour for all bars. */
  colors?: string[];
}

/**
 * A bar for each name; several sets of bars stand side by side.
 *
 * @throws TypeError if an argument is not a list of numbers, RangeError if the lists differ in length
 * @example
 * q.plot.bars(["W8A8", "W4A4"], [0.97, 0.91], { name: "PTQ", interval: [0.002, 0.01] }).x; // [ "W8A8", "W4A4" ]
 */
export function bars<X extends number | string>(
  names: readonly X[],
  values: Heights<X>,
  options: BarOptions = {},
): Trace {
  checkOptions<BarOptions>("q.plot.bars", options, {
    interval: true,
    colors: true,
    name: true,
    color: true,
  });
  const { name = "", color = colorOf(name), interval, colors } = options;
  checkList(names);
  const heights = plain(heightsAt(values, names));
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
      error_y: { type: "data", array: plain(interval), color: ink, width: 4 },
    }),
  };
}
