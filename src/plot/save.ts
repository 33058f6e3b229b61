import { drawStatic } from "#door/plot/static/client";
import { saveFile } from "#door/plot/static/save";
import { checkOptions, complaint } from "../arguments/index.js";
import { Figure } from "./figure.js";

/** Options of {@link save}. */
export interface SaveOptions {
  /** Whether a file that exists is replaced. Default false. */
  overwrite?: boolean;
  /** The width and the height of the picture, in pixels; 96 pixels are an inch. Default: 640 × 360, or the figure's own. */
  width?: number;
  height?: number;
}

/**
 * Writes a figure to a file: `.svg` as its static image is drawn, without a browser; `.pdf` for LaTeX, which a Chromium,
 * Chrome or Edge of this machine prints from that (`QATLAB_CHROMIUM` names one).
 *
 * @param figure A figure, or a result that has one, such as `q.study`'s.
 * @param file A path that ends in `.svg` or `.pdf`.
 * @throws TypeError if `figure` is no figure; RangeError if the file is neither `.svg` nor `.pdf`; Error if the file exists or can't be
 *   written, or if there is no browser for a `.pdf`
 * @example
 * const curve = q.plot.line([0, 1], [0.2, 0.9], { name: "QAT" });
 * await q.plot.save(q.plot.figure({ data: [curve], x: "epoch" }), "qat.svg"); // undefined (the file is there)
 */
export async function save(
  figure: Figure | { figure: object },
  file: string,
  options: SaveOptions = {},
): Promise<void> {
  checkOptions<SaveOptions>("q.plot.save", options, { overwrite: true, width: true, height: true });
  const shown = figure instanceof Figure ? figure : (Object(figure) as { figure: unknown }).figure;
  const drawn = typeof shown === "function" ? shown.call(figure) : shown;
  const example = 'q.plot.save(q.plot.figure({ data }), "curve.svg")';
  if (!(drawn instanceof Figure)) {
    const expected = "a figure, or a result that has one";
    throw new TypeError(complaint({ name: "figure", value: figure, expected, example }));
  }
  const { overwrite = false, width, height } = options;
  if (!/\.(svg|pdf)$/.test(String(file))) {
    const expected = "a path that ends in .svg or .pdf";
    throw new RangeError(complaint({ name: "file", value: file, expected, example }));
  }
  const size = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
  const spec = { ...drawn.spec, layout: { ...drawn.spec.layout, ...size } };
  await saveFile(file, await drawStatic(spec, drawn.alt), { overwrite });
}
