/**
 * Pictures of everything that the lessons show in JupyterLab, light and dark, in windows of 1400 and 900 pixels:
 * `node test/browser/looks.mjs FOLDER [06 07 …]`. Nothing is run; the outputs are those that are committed.
 * Faults that can be computed are printed: figures that aren't drawn, texts that leave their figure, axes without a
 * title, tables that are wider than their cell.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openLab, setTheme } from "./lab.mjs";

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error("say a folder for the pictures");
/** Both widths and both themes are seen; `QATLAB_WHOLE=1` takes each width in each theme. */
const views = [
  { width: 1400, theme: /** @type {const} */ ("JupyterLab Light") },
  { width: 900, theme: /** @type {const} */ ("JupyterLab Dark") },
  { width: 1400, theme: /** @type {const} */ ("JupyterLab Dark") },
  { width: 900, theme: /** @type {const} */ ("JupyterLab Light") },
].slice(0, process.env.QATLAB_WHOLE === "1" ? 4 : 2);

const lab = await openLab();
let faults = 0;
try {
  for (const name of lab.lessons.filter((file) => file.endsWith(".ipynb"))) {
    const lesson = name.slice(0, 2);
    if (wanted.length > 0 && !wanted.includes(lesson)) continue;
    const { page } = await lab.open(name, { width: 1400 });
    await page.keyboard.press("Control+b"); // the file browser would take a third of 900 pixels
    for (const { width, theme } of views) {
      await page.setViewportSize({ width, height: 1000 });
      await setTheme(page, theme);
      const view = `${width}-${theme.endsWith("Dark") ? "dark" : "light"}`;
      const place = join(folder, lesson, view);
      mkdirSync(place, { recursive: true });
      faults += await takeAll(page, place, `${lesson} ${view}`);
    }
    await lab.endKernels();
    await page.close();
  }
} finally {
  await lab.close();
}
console.log(`${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;

/**
 * @param {import("playwright-core").Page} page
 * @param {string} place the folder of the pictures
 * @param {string} what
 */
async function takeAll(page, place, what) {
  const cells = page.locator(".jp-Notebook .jp-Cell");
  let found = 0;
  const scroller = page.locator(".jp-WindowedPanel-outer").first();
  await scroller.evaluate((node) => node.scrollTo(0, 0));
  const seen = new Set();
  for (;;) {
    const indices = await cells.evaluateAll((nodes) =>
      nodes.map((node) =>
        Number(
          /** @type {HTMLElement} */ (node.closest("[data-windowed-list-index]"))?.dataset
            .windowedListIndex ?? -1,
        ),
      ),
    );
    const next = indices.findIndex((index) => !seen.has(index));
    if (next < 0) break;
    const index = /** @type {number} */ (indices[next]);
    seen.add(index);
    const cell = page.locator(`.jp-Notebook [data-windowed-list-index="${index}"]`).first();
    await cell.scrollIntoViewIfNeeded();
    const outputs = cell.locator(".jp-OutputArea-output");
    for (let i = 0; i < (await outputs.count()); i++) {
      const output = outputs.nth(i);
      await output.scrollIntoViewIfNeeded();
      if ((await output.locator(".qatlab-figure").count()) > 0) {
        const drawn = output.locator(".qatlab-figure .main-svg").first();
        await drawn.waitFor({ timeout: 5000 }).catch(() => {}); // faultsOf says so
        await page.waitForTimeout(150);
      }
      for (const fault of await output.evaluate(faultsOf)) {
        found++;
        console.log(`${what}, cell ${index}, output ${i}: ${fault}`);
      }
      const file = `${String(index).padStart(2, "0")}-${i}.png`;
      await output.screenshot({ path: join(place, file) }).catch(() => {});
    }
  }
  return found;
}

/**
 * Run inside the page.
 *
 * @param {Element} output
 */
function faultsOf(output) {
  const found = [];
  const figure = output.querySelector(".qatlab-figure");
  if (figure) {
    const plot = /** @type {any} */ (figure.querySelector(".js-plotly-plot"));
    if (!plot?.querySelector(".main-svg")) found.push("the figure isn't drawn");
    else {
      const frame = plot.getBoundingClientRect();
      for (const text of plot.querySelectorAll("text")) {
        const box = text.getBoundingClientRect();
        if (!text.textContent?.trim() || box.width === 0) continue;
        if (text.closest(".modebar, .hoverlayer")) continue;
        const out = Math.max(
          frame.left - box.left,
          box.right - frame.right,
          frame.top - box.top,
          box.bottom - frame.bottom,
        );
        if (out > 1) found.push(`"${text.textContent}" leaves the figure by ${Math.round(out)} px`);
      }
      for (const [name, axis] of Object.entries(plot._fullLayout)) {
        if (!/^[xy]axis\d*$/.test(name)) continue;
        const one = /** @type {any} */ (axis);
        if (
          one.visible &&
          !one.title?.text &&
          one.type !== "category" &&
          one.showticklabels &&
          !one.matches
        )
          found.push(`${name} has no title`);
      }
    }
  }
  for (const node of output.querySelectorAll("table, pre, p, .katex-display")) {
    const box = node.getBoundingClientRect();
    const room = output.getBoundingClientRect();
    if (box.right > room.right + 1)
      found.push(
        `<${node.tagName.toLowerCase()}> is ${Math.round(box.right - room.right)} px too wide: ${node.textContent?.trim().slice(0, 60).replace(/\s+/g, " ")}`,
      );
  }
  return found;
}
