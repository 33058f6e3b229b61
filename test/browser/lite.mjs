import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLite } from "../../scripts/site/lite.mjs";
import { addServiceWorker } from "../../scripts/site/offline.mjs";
import { serve } from "../../scripts/site/serve.mjs";
import { launch } from "./chromium.mjs";
import { visits } from "./visits.mjs";

const root = join(import.meta.dirname, "../..");

/** The cells of the notebook that the test opens. */
const cells = [
  'import * as q from "qatlab";\nconst { train, test } = await q.datasets.digits();\ntrain.size',
  "const text: string = q.int(3);",
  "q.dataFrame([{ bits: 2, accuracy: 0.5 }, { bits: 3, accuracy: 0.9 }])",
  "const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });\n" +
    'await q.fit(model, train, { epochs: 60, board: q.plot.board("Training") });',
  "let turns = 0;\nwhile (true) turns++;",
  "turns > 0 && q.fast && q.accuracy(model, test) > 0",
  "q.widgets.interact({ bits: { min: 2, max: 8, value: 3 } }, ({ bits }) =>\n" +
    "  q.plot.figure({ data: [q.plot.line([0, 1], [0, bits])], title: bits + ' bits' }))",
];

const cell = (/** @type {string} */ source, /** @type {number} */ index) => ({
  ...{ cell_type: "code", id: `cell${index}`, source, metadata: {} },
  ...{ outputs: [], execution_count: null },
});

/** A notebook as a lesson's file has it. */
const notebook = {
  cells: cells.map(cell),
  metadata: {
    kernelspec: { display_name: "TypeScript (qatlab)", language: "typescript", name: "qatlab" },
  },
  ...{ nbformat: 4, nbformat_minor: 5 },
};

/**
 * @param {(title: string, body: () => Promise<void>) => Promise<void>} test
 * @param {(page: import("playwright-core").Page, name: string) => Promise<void>} look
 */
export async function lite(test, look) {
  const folder = mkdtempSync(join(tmpdir(), "qatlab-lite-"));
  const path = join(folder, "cells.ipynb");
  writeFileSync(path, JSON.stringify(notebook));
  const site = join(folder, "site");
  const output = join(site, "lite");
  await buildLite({ root, output, contents: [{ file: path, path: "cells.ipynb" }] });
  await addServiceWorker({ root, output });
  let bytes = 0;
  const server = await serve(site, {
    onSent(_, sent) {
      bytes += sent;
    },
  });
  const browser = await launch();
  try {
    await test("a notebook in JupyterLite checks types, draws, completes while it runs, moves by widgets, stops and starts afresh", async () => {
      const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
      /** @type {string[]} */
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      const opened = performance.now();
      await page.goto(`${server.address}lite/notebooks/index.html?path=cells.ipynb`);
      await page.locator(".jp-Notebook .jp-InputPrompt").first().click({ timeout: 60_000 });
      await page.keyboard.press("Escape");
      const output = (/** @type {number} */ index) =>
        page.locator(".jp-CodeCell").nth(index).locator(".jp-OutputArea");
      const shows = async (/** @type {number} */ index, /** @type {string} */ text) => {
        const found = output(index).getByText(text).first();
        await found.waitFor({ timeout: 60_000 });
      };
      const runNext = () => page.keyboard.press("Shift+Enter");

      await runNext();
      await shows(0, "1197");
      const seconds = ((performance.now() - opened) / 1000).toFixed(1);
      console.log(`        the first checked cell ended ${seconds} s after the page was asked for`);
      await runNext();
      await shows(1, "TS2322");
      await runNext();
      await output(2).locator("table").waitFor();
      assert.match((await output(2).textContent()) ?? "", /accuracy/);
      await runNext();
      const board = output(3).locator(".js-plotly-plot").first();
      await board.waitFor({ timeout: 60_000 });
      await board.evaluate((node) => node.setAttribute("data-first", "true"));
      await page.waitForFunction(() =>
        /loss [\d.]+/.test(document.querySelectorAll(".jp-CodeCell")[3]?.textContent ?? ""),
      );
      const matches = await page.evaluate(async () => {
        const { shell } = /** @type {any} */ (globalThis).jupyterapp;
        const { kernel } = shell.currentWidget.sessionContext.session;
        const reply = await kernel.requestComplete({ code: "model.comp", cursor_pos: 10 });
        return reply.content.matches;
      });
      assert.ok(matches.includes("compile"), `completion while a cell runs: ${matches}`);
      const interrupt = () =>
        page
          .locator('[data-command="notebook:interrupt-kernel"]')
          .or(page.locator('jp-button[title*="nterrupt"], button[title*="nterrupt"]'))
          .first()
          .click();
      await interrupt();
      await shows(3, "KeyboardInterrupt");
      assert.equal(await board.getAttribute("data-first"), "true"); // the figure's node lived on
      await runNext();
      await page
        .locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]')
        .waitFor({ state: "attached" });
      await interrupt();
      await shows(4, "KeyboardInterrupt");
      await runNext();
      await shows(5, "true");
      await runNext();
      await output(6).getByText("3 bits", { exact: true }).waitFor({ timeout: 60_000 });
      await output(6).locator('[role="slider"]').focus();
      await page.keyboard.press("ArrowRight");
      await output(6).getByText("4 bits", { exact: true }).waitFor();
      await look(page, "lite");
      console.log(`        ${(bytes / 1e6).toFixed(2)} MB came over the wire, Plotly with them`);
      const again = await page.evaluate(async () => {
        const { shell } = /** @type {any} */ (globalThis).jupyterapp;
        const { kernel } = shell.currentWidget.sessionContext.session;
        await kernel.restart();
        const reply = await kernel.requestExecute({ code: "turns" }).done;
        return reply.content.evalue;
      });
      assert.match(again, /Cannot find name 'turns'/);
      assert.equal(await output(5).getByText("true").count(), 1); // a restart keeps the notebook
      assert.deepEqual(errors, []);
      await page.goto(`${server.address}lite/notebooks/index.html?path=cells.ipynb&full`);
      await page.locator(".jp-Notebook .jp-InputPrompt").first().waitFor();
      await page.waitForFunction(
        () =>
          /** @type {any} */ (globalThis).jupyterapp?.shell.currentWidget?.sessionContext.session,
      );
      const form = await page.evaluate(async () => {
        const { shell } = /** @type {any} */ (globalThis).jupyterapp;
        const { kernel } = shell.currentWidget.sessionContext.session;
        const code = 'import * as q from "qatlab"; if (q.fast) throw new Error("the short form")';
        return (await kernel.requestExecute({ code }).done).content;
      });
      assert.equal(form.status, "ok", form.evalue);
      await page.close();
    });
    await visits(test, look, { folder, output, browser });
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
