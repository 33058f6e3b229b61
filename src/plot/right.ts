import { flatten, type Trace, type Traces } from "./trace.js";

/**
 * Marks for a second panel at the right of the first; its axes are `x2` and `y2` of {@link figure}. Two
 * panels are all that fits a page of 640 pixels. A name that occurs in both panels stands once in the
 * legend.
 *
 * @example
 * const value = q.plot.line([0, 1], [0, 1], { name: "STE", label: false });
 * const slope = q.plot.line([0, 1], [1, 1], { name: "STE", label: false });
 * q.plot.figure({ data: [value, q.plot.right(slope)], y: "value", y2: "gradient" }).spec.data[1].xaxis; // "x2"
 */
export function right(...marks: Traces): Trace[] {
  return flatten(marks).map((trace) => ({ ...trace, xaxis: "x2", yaxis: "y2" }));
}
