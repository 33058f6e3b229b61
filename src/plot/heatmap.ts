import { type Numbers, plain, type Trace } from "./trace.js";

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

/** A matrix as colours; {@link Figure} turns the axis so that its first row is on top, as it is printed. */
export function heatmap(
  rows: Numbers[],
  { title = "", range, x, y, diverging = false }: HeatmapOptions = {},
): Trace {
  const largest = Math.max(0, ...rows.flatMap((row) => plain(row).map((v) => Math.abs(v ?? 0))));
  const [zmin, zmax] = range ?? (diverging ? [-largest, largest] : [undefined, undefined]);
  return {
    type: "heatmap",
    z: rows.map(plain),
    y: (y ?? rows.map((_, i) => i)).map(String),
    x: (x ?? Array.from(rows[0] ?? [], (_, i) => i)).map(String),
    ...(zmin !== undefined && { zmin, zmax }),
    colorscale: diverging ? "RdBu" : "Cividis",
    colorbar: { title: { text: title }, thickness: 14, outlinewidth: 0 },
  };
}
