import { shortNumber } from "../display/index.js";
import { extent } from "../statistics/index.js";
import type { Trace } from "./trace.js";

/**
 * A figure in words, for readers who can't see it: each trace with its range and its last value.
 *
 * @example
 * describe([line([0, 1], [0.1, 0.9], { name: "QAT" })]); // "QAT: 2 values from 0.1 to 0.9, the last 0.9"
 */
export function describe(data: Trace[]): string {
  const parts = data.flatMap((trace, i) => {
    const { name, x, y, z, fill, orientation } = trace;
    if (fill) return []; // a band is described with its line
    const title = name || (data.length > 1 ? `${kindOf(trace)} ${i + 1}` : kindOf(trace));
    // Horizontal bars have their lengths along x.
    const numbers = flat(z ?? (orientation === "h" ? x : y));
    if (numbers.length === 0) return [`${title}: no values yet`];
    const { min: low, max: high } = extent(numbers);
    const last = z === undefined ? `, the last ${shortNumber(numbers.at(-1)!)}` : "";
    const values = `${numbers.length} value${numbers.length === 1 ? "" : "s"}`;
    return [`${title}: ${values} from ${shortNumber(low)} to ${shortNumber(high)}${last}`];
  });
  return parts.join("; ");
}

function kindOf({ type = "trace", mode = "" }: Trace): string {
  if (type !== "scatter") return { bar: "bars", heatmap: "matrix" }[type] ?? type;
  return mode.includes("lines") ? "line" : "points";
}

function flat(values: unknown): number[] {
  if (!Array.isArray(values)) return [];
  return values.flat(2).filter((value) => typeof value === "number") as number[];
}
