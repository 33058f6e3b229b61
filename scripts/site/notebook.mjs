import { mkdirSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { linked } from "./pages.mjs";

const plotly = "application/vnd.plotly.v1+json";

/**
 * @typedef {object} Output
 * @property {string} output_type
 * @property {Record<string, any>} [data]
 * @property {Record<string, any>} [metadata]
 */

/**
 * A notebook for the book: its links lead to pages, and its figures are images that the page draws anew when they come into
 * view.
 *
 * @param {any} notebook
 * @param {import("./pages.mjs").Page} from
 * @param {{ pages: ReadonlyMap<string, string>, figures: string }} options `figures`: the folder for images and specifications.
 */
export function bookNotebook(notebook, from, { pages, figures }) {
  mkdirSync(figures, { recursive: true });
  const name = from.page.replace("/", "-");
  const up = posix.relative(posix.dirname(from.page), "figures");
  let count = 0;
  const cells = notebook.cells.map((/** @type {any} */ cell) => {
    if (cell.cell_type === "markdown") {
      return { ...cell, source: linked(textOf(cell.source), from, pages) };
    }
    const outputs = (cell.outputs ?? []).map((/** @type {Output} */ output) => {
      const spec = output.data?.[plotly];
      if (!output.data || !spec) return output;
      const base = `${name}-${++count}`;
      const svg = textOf(output.data["image/svg+xml"] ?? "");
      writeFileSync(join(figures, `${base}.json`), JSON.stringify(spec));
      if (svg) writeFileSync(join(figures, `${base}.svg`), svg);
      const html = figureHtml({
        place: `${up}/${base}`,
        svg,
        text: textOf(output.data["text/plain"] ?? "Figure"),
        spec,
      });
      return { ...output, data: { "text/html": html } };
    });
    return { ...cell, outputs };
  });
  return { ...notebook, cells };
}

/** @param {{ place: string, svg: string, text: string, spec: any }} figure */
function figureHtml({ place, svg, text, spec }) {
  const [, width = "640", height = "360"] =
    /<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const alt = escapeHtml(text);
  const image = svg
    ? `<img src="${place}.svg" width="${width}" height="${height}" loading="lazy" alt="${alt}">`
    : `<p>${alt}</p>`;
  const room = Number(spec.layout?.height ?? height);
  return `<div class="qatlab-figure" data-spec="${place}.json" data-text="${alt}" style="min-height:${room}px">${image}</div>`;
}

/** @param {string | string[]} text */
const textOf = (text) => (Array.isArray(text) ? text.join("") : text);

/** @param {string} text */
function escapeHtml(text) {
  return text.replace(
    /[&<>"]/g,
    (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign,
  );
}
