import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { launch } from "./chromium.mjs";

/** The widths of a cell's output in windows of 1400 and 900 pixels. */
const widths = [1100, 640];

/**
 * Draws the figures of every lesson, as they are committed, with the renderer's own Plotly at two widths, and looks for
 * texts that lie on each other. Each state of a slider is looked at.
 *
 * @param {string} notebooks the folder of the lessons
 * @param {(title: string, body: () => Promise<void>) => Promise<void>} test
 * @param {(page: import("playwright-core").Page, name: string) => Promise<void>} look
 */
export async function labels(notebooks, test, look) {
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.setContent('<body style="margin:0;background:white"></body>');
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("plotly.js-dist-min") });
    for (const name of readdirSync(notebooks).filter((file) => file.endsWith(".ipynb"))) {
      const figures = figuresIn(join(notebooks, name));
      // Outputs from before figures had shades for dark pages say nothing about the figures of today.
      if (!figures.some((/** @type {any} */ figure) => figure.layout.meta?.dark)) continue;
      await test(`no label of lesson ${name.slice(0, 2)} lies on another`, async () => {
        const found = [];
        for (const [i, figure] of figures.entries()) {
          for (const width of widths) {
            const pairs = await page.evaluate(collisions, { figure, width });
            if (pairs.length > 0) await look(page, `labels-${name.slice(0, 2)}-${i}-${width}`);
            found.push(...pairs.map((pair) => `figure ${i + 1}, ${width} px: ${pair}`));
          }
        }
        assert.deepEqual(found, []);
      });
    }
  } finally {
    await browser.close();
  }
}

/**
 * The specifications of a notebook's figures.
 *
 * @param {string} path
 * @returns {any[]}
 */
function figuresIn(path) {
  /** @type {any[]} */
  const cells = JSON.parse(readFileSync(path, "utf8")).cells;
  const outputs = cells.flatMap((/** @type {any} */ cell) => cell.outputs ?? []);
  const type = "application/vnd.plotly.v1+json";
  return outputs.flatMap((/** @type {any} */ output) => output.data?.[type] ?? []);
}

/**
 * The texts that lie on each other in a figure; run inside the page.
 *
 * @param {{ figure: any, width: number }} drawing
 * @returns {Promise<string[]>}
 */
async function collisions({ figure, width }) {
  const { Plotly } = /** @type {any} */ (window);
  const node = document.createElement("div");
  document.body.replaceChildren(node);
  const layout = { height: 360, ...figure.layout, width };
  const found = new Set();
  const states = [figure.data, ...(figure.frames ?? []).map((/** @type {any} */ one) => one.data)];
  for (const data of states) {
    await Plotly.react(node, { data, layout, config: figure.config });
    const texts = [...node.querySelectorAll("text")]
      .filter((text) => text.textContent?.trim() && !text.closest(".modebar, .hoverlayer"))
      // A slanted text's box is larger than the text.
      .filter((text) => !/rotate\((?!0|-?90)/.test(text.getAttribute("transform") ?? ""))
      .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0);
    for (const [i, a] of texts.entries()) {
      for (const b of texts.slice(i + 1)) {
        const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        // Letters fill some two thirds of their line's height.
        const height = Math.min(a.box.height, b.box.height);
        if (across > 3 && down > 0.4 * height) found.add(`"${a.text}" and "${b.text}"`);
      }
    }
  }
  return [...found].slice(0, 6);
}
