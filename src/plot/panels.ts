import { checkInteger, checkOptions } from "../arguments/index.js";
import { type PanelGrid, place } from "./grid.js";
import { flatten, type Trace, type Traces } from "./trace.js";

/** Options of {@link panels}. */
export interface PanelOptions<T = any> {
  /** How many panels stand side by side, at most. Default 3. */
  columns?: number;
  /** The title of a panel, where it isn't the name itself. */
  title?: (name: T) => string;
}

/** The parts of a figure of small panels: pass them to `figure` with `...`. */
export interface Panels {
  data: Trace[];
  panels: PanelGrid;
}

/**
 * Small panels with the same axes, one for each name: for curves that would hide each other in one panel. Names of
 * marks stand in a legend, once for all panels.
 *
 * @param names a name or a number for each panel, by default its title
 * @param draw the marks of a panel
 * @throws RangeError if there are no names, or if `columns` is not an integer from 1 to 6
 * @example
 * const slopes = (name: string) => [q.plot.line([-1, 1], name === "none" ? [0, 0] : [1, 1])];
 * const small = q.plot.panels(["none", "ste"], slopes);
 * q.plot.figure({ ...small, x: "value", y: "slope" }).spec.data.map((trace) => trace.xaxis); // [ undefined, "x2" ]
 */
export function panels<T extends string | number>(
  names: readonly T[],
  draw: (name: T, index: number) => Traces,
  options: PanelOptions<T> = {},
): Panels {
  checkOptions<PanelOptions>("q.plot.panels", options, { columns: true, title: true });
  const { columns = 3, title = String } = options;
  checkInteger("columns", columns, { from: 1, to: 6 });
  if (names.length === 0) throw new RangeError("invalid names: none (expected at least one)");
  return {
    data: names.flatMap((name, i) => place(flatten(draw(name, i)), i)),
    panels: { names: names.map((name) => title(name)), columns: Math.min(columns, names.length) },
  };
}
