/**
 * Takes the pictures of docs/kernel.md in JupyterLab: `node test/browser/pictures.mjs`, after `npm run setup`.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLab, selectFirstCell } from "./lab.mjs";
import { writeNotebook } from "./notebook.mjs";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
const lab = await openLab();

/**
 * Opens a notebook of these cells and runs the first `count` of them.
 *
 * @param {string} name
 * @param {string[]} cells
 * @param {number} count
 */
async function show(name, cells, count) {
  writeNotebook(join(lab.folder, `${name}.ipynb`), cells);
  const { page } = await lab.open(`${name}.ipynb`, { width: 1200 });
  await selectFirstCell(page);
  for (let i = 0; i < count; i++) await page.keyboard.press("Shift+Enter");
  return page;
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} name
 * @param {number} height
 * @param {string} [place]
 */
async function take(page, name, height, place = ".jp-NotebookPanel-notebook") {
  await page.waitForTimeout(800); // menus and figures fade in
  const box = await page.locator(place).first().boundingBox();
  if (!box) throw new Error(`nothing at ${place}`);
  const clip = { x: box.x, y: box.y, width: box.width, height: Math.min(height, box.height) };
  await page.screenshot({ path: join(docs, `kernel-${name}.png`), clip });
  await page.close();
}

try {
  const wrong = 'const widths = [2, 3, 4];\nwidths.push("8");';
  const typed = await show("types", [wrong], 1);
  await typed.locator('.jp-OutputArea-output:has-text("TS2345")').waitFor();
  await take(typed, "types", 230);

  const completed = await show("completion", ['import * as q from "qatlab";', "q.quant"], 1);
  await completed.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
  await completed.locator(".jp-Cell .cm-content").nth(1).click();
  await completed.keyboard.press("End");
  await completed.keyboard.press("Tab");
  await completed.locator(".jp-Completer-item").nth(2).waitFor();
  await take(completed, "completion", 330);

  const network = `const { train, test } = await q.datasets.digits();
const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
await q.fit(model, train, { epochs: 20, progress: false });`;
  const slider = `const bits = { min: 2, max: 8, value: 8 };
q.widgets.interact({ weights: bits, activations: bits }, async ({ weights, activations }) => {
  const scheme = q.scheme({ weights: q.int(weights), activations: q.uint(activations) });
  const quantized = await q.quantize(model, scheme, { calibration: train.take(256) });
  const shares = [q.accuracy(model, test), q.accuracy(quantized, test)];
  quantized.dispose();
  return q.plot.figure({
    data: [q.plot.bars(["float", \`W\${weights}A\${activations}\`], shares)],
    title: "Accuracy of the network", y: { title: "accuracy", unit: "%", range: [0, 1] },
  });
})`;
  const moved = await show("widgets-picture", ['import * as q from "qatlab";', network, slider], 3);
  await moved.locator('.qatlab-figure .gtitle:has-text("Accuracy")').first().waitFor();
  await moved.locator(".noUi-handle").first().focus();
  for (let i = 0; i < 5; i++) await moved.keyboard.press("ArrowLeft");
  await moved.locator('.qatlab-figure :text("W3A8")').first().waitFor();
  await take(moved, "widgets", 780);

  const cell = `function scaleOf(bits: number, range: number) {
  const codes = 2 ** bits - 1;
  return range / codes;
}
scaleOf(3, 2)`;
  const stopped = await show("debugging-picture", [cell], 0);
  await stopped.locator(".jp-DebuggerBugButton").click();
  await stopped.locator('.jp-DebuggerBugButton[aria-pressed="true"]').waitFor();
  const gutter = stopped.locator(".cm-breakpoint-gutter .cm-gutterElement");
  await gutter.nth(3).click();
  await gutter.nth(3).locator(".cm-breakpoint-icon").waitFor();
  await selectFirstCell(stopped);
  await stopped.keyboard.press("Control+Enter");
  await stopped.locator(".jp-DebuggerCallstack-body li").nth(1).waitFor();
  await take(stopped, "debugger", 560, "#jp-main-content-panel");
} finally {
  await lab.close();
}
