/** An axis in words. */
export interface AxisOptions {
  title: string;
  /**
   * The unit, named after the title: `"dB"`, `"codes"`, `"steps"`. With `"%"` the values are shares
   * from 0 to 1, printed as percent.
   */
  unit?: string;
  /** Both ends of the axis. Default: Plotly chooses them. */
  range?: [number, number];
  /** Whether zero is always in view, as it must be if a reader compares lengths. Default `false`. */
  zero?: boolean;
  /**
   * Whether the axis is logarithmic; `range` is still in the axis' values, not in their logarithms. Default
   * `false`.
   */
  log?: boolean;
}

/**
 * A Plotly axis.
 *
 * @example
 * axis({ title: "SQNR", unit: "dB" }).title; // { text: "SQNR (dB)" }
 */
export function axis(options: string | AxisOptions): Record<string, unknown> {
  const { title, unit, range, zero, log }: AxisOptions =
    typeof options === "string" ? { title: options } : options;
  return {
    title: { text: unit && unit !== "%" ? `${title} (${unit})` : title },
    ...(unit === "%" && { tickformat: ".0%" }),
    ...(log && { type: "log", exponentformat: "power" }),
    ...(range && { range: log ? range.map(Math.log10) : range }),
    ...(zero && { rangemode: "tozero" }),
  };
}
