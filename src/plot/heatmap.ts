import { checkInteger, checkOptions } from "../arguments/index.js";
import { extent } from "../statistics/index.js";
import { checkLengths, checkList, type Numbers, plain, type Trace } from "./trace.js";

/** Options of {@link heatmap}. */
export interface HeatmapOptions {
  /** The title of the colour bar: the quantity that the colours show. */
  title?: string;
  /** The values at the ends of the scale. Default: the smallest and the largest value. */
  range?: [number, number];
  /** Column and row names. */
  x?: (string | number)[];
  y?: (string | number)[];
  /** Whether the scale is symmetric around zero, in two hues. Default `false`. */
  diverging?: boolean;
  /**
   * The number of digits after the point of a value that is written in each cell, in place of the colour
   * bar: for maps of few cells, such as accuracy by sparsity and bits. Default: no numbers.
   */
  digits?: number;
}

/**
 * Scales whose every colour has enough contrast (at least 4.5:1) for dark numbers: Cividis' bright half,
 * and two hues.
 */
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
 * A matrix as colours; {@link Figure} turns the axis so that the first row is on top, as in a printed
 * matrix.
 *
 * @param rows lists of equal length; NaN and ∞ are gaps
 * @throws TypeError if `rows` is not a matrix of numbers, RangeError if the rows differ in length or
 *   `digits` is not an integer from 0 to 10
 * @example
 * q.plot.heatmap([[1, 2], [3, 4]]).z; // [ [ 1, 2 ], [ 3, 4 ] ]
 * q.plot.heatmap([[97.2, 31.5]], { x: [4, 2], y: ["PTQ"], digits: 1 }).texttemplate; // "%{z:.1f}"
 */
export function heatmap(rows: Numbers[], options: HeatmapOptions = {}): Trace {
  checkOptions<HeatmapOptions>("q.plot.heatmap", options, {
    title: true,
    range: true,
    x: true,
    y: true,
    diverging: true,
    digits: true,
  });
  const { title = "", range, x, y, diverging = false, digits } = options;
  checkList(rows);
  const z = Array.from(rows, plain);
  const first = z[0] ?? [];
  for (const row of z) checkLengths({ "values in row 0": first, "in another": row });
  checkLengths({ rows: z, "names of rows": y ?? z });
  checkLengths({ columns: first, "names of columns": x ?? first });
  if (digits !== undefined) checkInteger("digits", digits, { from: 0, to: 10 });
  const largest = Math.max(0, extent(z.flatMap((row) => row.map((v) => Math.abs(v ?? 0)))).max);
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
