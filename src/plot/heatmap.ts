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
  /**
   * Each cell shows its value with so many digits after the point, in place of the colour bar: for
   * maps of few cells, such as accuracy by sparsity and bits. Default: no numbers.
   */
  digits?: number;
}

/** Scales on which dark numbers can be read all along (at least 4.5:1): Cividis' bright half, and two hues. */
const light = {
  sequential: [
    [0, "#7d7c78"],
    [0.5, "#bcae6c"],
    [1, "#fee838"],
  ],
  diverging: [
    [0, "#56B4E9"],
    [0.5, "#f5f5f5"],
    [1, "#E68A3A"],
  ],
};

/**
 * A matrix as colours; {@link Figure} turns the axis so that its first row is on top, as it is printed.
 *
 * @param rows lists of equal length; NaN and ∞ are gaps
 * @throws TypeError for what isn't a matrix of numbers, RangeError for rows of different lengths
 *   or digits that aren't an integer from 0 to 10
 * @example
 * q.plot.heatmap([[1, 2], [3, 4]]).z; // [ [ 1, 2 ], [ 3, 4 ] ]
 * q.plot.heatmap([[97.2, 31.5]], { x: [4, 2], y: ["PTQ"], digits: 1 }).texttemplate; // "%{z:.1f}"
 */
export function heatmap(
  rows: Numbers[],
  { title = "", range, x, y, diverging = false, digits }: HeatmapOptions = {},
): Trace {
  checkList(rows);
  const z = Array.from(rows, plain);
  const first = z[0] ?? [];
  for (const row of z) checkLengths({ "values in row 0": first, "in another": row });
  checkLengths({ rows: z, "names of rows": y ?? z });
  checkLengths({ columns: first, "names of columns": x ?? first });
  if (digits !== undefined && !(Number.isInteger(digits) && digits >= 0 && digits <= 10)) {
    throw new RangeError(`invalid digits: ${digits} (expected an integer from 0 to 10)`);
  }
  const largest = Math.max(0, ...z.flatMap((row) => row.map((v) => Math.abs(v ?? 0))));
  const [zmin, zmax] = range ?? (diverging ? [-largest, largest] : [undefined, undefined]);
  return {
    type: "heatmap",
    z,
    y: (y ?? z.map((_, i) => i)).map(String),
    x: (x ?? first.map((_, i) => i)).map(String),
    ...(zmin !== undefined && { zmin, zmax }),
    ...(digits === undefined
      ? {
          colorscale: diverging ? "RdBu" : "Cividis",
          colorbar: { title: { text: title }, thickness: 14, outlinewidth: 0 },
        }
      : {
          colorscale: diverging ? light.diverging : light.sequential,
          texttemplate: `%{z:.${digits}f}`,
          textfont: { color: "#111" },
          showscale: false,
          xgap: 2,
          ygap: 2,
        }),
  };
}
