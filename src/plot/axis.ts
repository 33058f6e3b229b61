/** An axis in words. */
export interface AxisOptions {
  title: string;
  /**
   * The unit, named after the title: `"dB"`, `"codes"`, `"steps"`. With `"%"` the values are shares
   * from 0 to 1, printed as percent.
   */
  unit?: string;
  /** Both ends; by default Plotly chooses them. */
  range?: [number, number];
  /** Whether zero is always in view, as it must be where lengths are compared. Default `false`. */
  zero?: boolean;
  /** Logarithmic, with `range` in the axis' own values. Default `false`. */
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
