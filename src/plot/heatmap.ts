import { checkLengths, checkList, type Numbers, plain, type Trace } from "./trace.js";

/** Options of {@link heatmap}. */
export interface HeatmapOptions {
  /** What the colours measure, at the colour bar. */
  title?: string;
  /** Values at the ends of the scale; default: smallest and largest. */
  range?: [number, number];
  /** Column and row names. */
  x?: (string | number)[];
  y?: (string | number)[];
  /** Symmetric around zero, in two hues. Default `false`. */
  diverging?: boolean;
}

/**
 * A matrix as colours; {@link Figure} turns the axis so that its first row is on top, as it is printed.
 *
 * @param rows lists of equal length; NaN and ∞ are gaps
 * @throws TypeError for what isn't a matrix of numbers, RangeError for rows of different lengths
 * @example
 * q.plot.heatmap([[1, 2], [3, 4]]).z; // [ [ 1, 2 ], [ 3, 4 ] ]
 */
export function heatmap(
  rows: Numbers[],
  { title = "", range, x, y, diverging = false }: HeatmapOptions = {},
): Trace {
  checkList(rows);
  const z = Array.from(rows, plain);
  const first = z[0] ?? [];
  for (const row of z) checkLengths({ "values in row 0": first, "in another": row });
  checkLengths({ rows: z, "names of rows": y ?? z });
  checkLengths({ columns: first, "names of columns": x ?? first });
  const largest = Math.max(0, ...z.flatMap((row) => row.map((v) => Math.abs(v ?? 0))));
  const [zmin, zmax] = range ?? (diverging ? [-largest, largest] : [undefined, undefined]);
  return {
    type: "heatmap",
    z,
    y: (y ?? z.map((_, i) => i)).map(String),
    x: (x ?? first.map((_, i) => i)).map(String),
    ...(zmin !== undefined && { zmin, zmax }),
    colorscale: diverging ? "RdBu" : "Cividis",
    colorbar: { title: { text: title }, thickness: 14, outlinewidth: 0 },
  };
}
