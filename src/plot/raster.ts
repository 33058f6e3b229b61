import { checkOptions } from "../arguments/index.js";
import { checkLengths, checkList, type Numbers, plain, type Trace } from "./trace.js";

/** Options of {@link raster}. */
export interface RasterOptions {
  /** The title of the colour bar. Default `"code"`. */
  title?: string;
  /** The columns' positions, such as the steps of training. Default: 0, 1, 2 … */
  x?: Numbers;
  /** Names of the rows. Default: 0, 1, 2 …, the first on top. */
  y?: (string | number)[];
  /**
   * The lowest and highest code, so that colours mean the same in several figures. Default: the lowest and
   * highest code in `rows`.
   */
  codes?: [number, number];
}

/** A figure is some 500 pixels wide: more columns would be drawn over each other. */
const mostColumns = 1000;
const mostCells = 100_000;

/** Up to this many codes, each code has one even colour; more codes share a continuous scale. */
const mostSteps = 16;

/** Samples of Viridis from its dark to its bright end, evenly spaced. */
const viridis = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
];

/**
 * Integer codes as they change: a row for each weight, a column for each step, and a colour for each code;
 * low codes are dark. A weight that oscillates flickers; a weight at rest is a bar of one colour.
 *
 * @param rows codes of each weight, step by step: lists of equal length, at most 1,000 columns and
 *   100,000 cells; NaN is a gap
 * @returns a Plotly trace for {@link figure}, whose first row is on top
 * @throws TypeError if `rows` is not a matrix of numbers; RangeError if a code is not an integer, if the
 *   rows differ in length, or if there are more columns or cells than a figure can show
 * @example
 * q.plot.raster([[0, 1, 0, 1], [2, 2, 2, 2]], { codes: [-4, 3] }).zmin; // -4.5 (a colour reaches half a code to both sides)
 */
export function raster(rows: Numbers[], options: RasterOptions = {}): Trace {
  checkOptions<RasterOptions>("q.plot.raster", options, {
    title: true,
    x: true,
    y: true,
    codes: true,
  });
  const { title = "code", x, y, codes } = options;
  checkList(rows);
  const z = Array.from(rows, plain);
  const columns = z[0]?.length ?? 0;
  checkShape(z, columns);
  checkLengths({ rows: z, "names of rows": y ?? z });
  checkLengths({ columns: z[0] ?? [], "positions of columns": x ?? z[0] ?? [] });
  const [low, high] = codes ?? extent(z);
  return {
    type: "heatmap",
    z,
    x: x ? plain(x) : Array.from({ length: columns }, (_, i) => i),
    y: y?.map(String) ?? z.map((_, i) => i),
    zmin: low - 0.5,
    zmax: high + 0.5,
    colorscale: steps(high - low + 1),
    colorbar: {
      title: { text: title },
      thickness: 14,
      outlinewidth: 0,
      ...(high - low < mostSteps && { dtick: 1 }),
    },
    ...(z.length <= 40 && { ygap: 1 }),
    hovertemplate: `row %{y}, column %{x}: ${title} %{z}<extra></extra>`,
  };
}

function checkShape(z: (number | null)[][], columns: number): void {
  for (const row of z) checkLengths({ "codes in row 0": z[0]!, "in another": row });
  if (columns > mostColumns || z.length * columns > mostCells) {
    throw new RangeError(
      `invalid rows: ${z.length} of ${columns} codes (expected at most ${mostColumns} columns and ` +
        `${mostCells} codes: pass fewer weights, or a stretch of the steps)`,
    );
  }
  const broken = z.flat().find((code) => code !== null && !Number.isInteger(code));
  if (broken === undefined) return;
  throw new RangeError(`invalid code: ${broken} (expected an integer, as q.codes gives them)`);
}

function extent(z: (number | null)[][]): [number, number] {
  const codes = z.flat().filter((code) => code !== null);
  const low = codes.reduce((least, code) => Math.min(least, code), Number.POSITIVE_INFINITY);
  const high = codes.reduce((most, code) => Math.max(most, code), Number.NEGATIVE_INFINITY);
  return low <= high ? [low, high] : [0, 0];
}

/** A colour scale of `count` even steps, or a continuous scale if there are many steps. */
function steps(count: number): [number, string][] {
  if (count > mostSteps) return viridis.map((_, i) => [i / 8, colorAt(i / 8)]);
  return Array.from({ length: count }, (_, i) => i).flatMap((i): [number, string][] => {
    const color = colorAt(count === 1 ? 0.5 : i / (count - 1));
    return [
      [i / count, color],
      [(i + 1) / count, color],
    ];
  });
}

function colorAt(share: number): string {
  const position = share * (viridis.length - 1);
  const [from, to] = [viridis[Math.floor(position)]!, viridis[Math.ceil(position)]!];
  const mixed = from.map((value, i) => Math.round(value + (position % 1) * (to[i]! - value)));
  return `rgb(${mixed.join()})`;
}
