import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lessonFile } from "../../scripts/site/offered.mjs";
import { addServiceWorker } from "../../scripts/site/offline.mjs";
import { serve } from "../../scripts/site/serve.mjs";
import { openLesson } from "../site/lesson.mjs";

const root = join(import.meta.dirname, "../..");

/** The notebook's widget and its kernel, in the page. */
const inPage = {
  /** Runs code; resolves with the reply. */
  execute: (/** @type {string} */ code) => {
    const { shell } = /** @type {any} */ (globalThis).jupyterapp;
    const { kernel } = shell.currentWidget.sessionContext.session;
    return kernel
      .requestExecute({ code })
      .done.then((/** @type {any} */ { content }) => content.ename ?? content.status);
  },
  interrupt: () => {
    const { shell } = /** @type {any} */ (globalThis).jupyterapp;
    return shell.currentWidget.sessionContext.session.kernel.interrupt();
  },
  /** Writes into the first cell, and saves. */
  write: (/** @type {string} */ text) => {
    const { content, context } = /** @type {any} */ (globalThis).jupyterapp.shell.currentWidget;
    content.widgets[0].model.sharedModel.setSource(text);
    return context.save();
  },
  /** Drops files onto the page, as a reader does. */
  drop: (/** @type {Record<string, string>} */ files) => {
    const dataTransfer = new DataTransfer();
    for (const [name, text] of Object.entries(files))
      dataTransfer.items.add(new File([text], name));
    const options = { dataTransfer, bubbles: true, cancelable: true };
    document.querySelector(".jp-Notebook")?.dispatchEvent(new DragEvent("drop", options));
  },
  read: () => {
    const { content } = /** @type {any} */ (globalThis).jupyterapp.shell.currentWidget;
    return content.widgets[0].model.sharedModel.getSource();
  },
  files: async () => {
    const { contents } = /** @type {any} */ (globalThis).jupyterapp.serviceManager;
    const { content } = await contents.get("");
    return content.map((/** @type {any} */ { name }) => name);
  },
  /** Has the worker keep everything now; resolves with the number of files once it grows no more. */
  keep: async () => {
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    navigator.serviceWorker.controller?.postMessage({ keep: [location.href, ...loaded] });
    let before = -1;
    for (let now = 0; now === 0 || now > before; ) {
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const names = await caches.keys();
      now = (await (await caches.open(names.at(-1) ?? "")).keys()).length;
    }
    return before;
  },
};

/**
 * @param {(title: string, body: () => Promise<void>) => Promise<void>} test
 * @param {(page: import("playwright-core").Page, name: string) => Promise<void>} look
 * @param {{ folder: string, output: string, browser: import("playwright-core").Browser }} options The folder that holds the
 *   site, JupyterLite's folder in it.
 */
export async function visits(test, look, { folder, output, browser }) {
  let server = await serve(folder, { isolated: false });
  const { port } = new URL(server.address);
  const lite = `${server.address}site/lite/`;
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
  const name = "cells.ipynb";

  await test("a host without headers and below a path gets isolated pages, whose loops can be stopped", async () => {
    const page = await context.newPage();
    await openLesson(page, lite, name);
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    assert.deepEqual(await page.locator(".Toastify__toast").allTextContents(), []);
    const databases = await page.evaluate(() => indexedDB.databases());
    const names = databases.map(({ name }) => name).sort();
    assert.deepEqual(names, ["qatlab", "qatlab notebooks"]);
    const running = page.evaluate(inPage.execute, "while (true);");
    await page
      .locator('.jp-Notebook-ExecutionIndicator[data-status="busy"]')
      .waitFor({ state: "attached" });
    await page.evaluate(inPage.interrupt);
    assert.equal(await running, "KeyboardInterrupt");
    await page.evaluate(inPage.drop, {
      "kinds.csv": "size,kind\n1,a\n2,b\n",
      "odd.csv": "\u0000PNG",
    });
    await page.locator(".Toastify__toast").filter({ hasText: "kinds.csv" }).waitFor();
    await page.locator(".Toastify__toast").filter({ hasText: "odd.csv" }).waitFor();
    const read =
      'import * as q from "qatlab"; if (q.dataset("kinds.csv", "kind").size !== 2) throw new Error();';
    assert.equal(await page.evaluate(inPage.execute, read), "ok");
    const odd = await page.evaluate(inPage.execute, 'q.dataset("odd.csv", "kind")');
    assert.equal(odd, "RangeError");
    await page.evaluate(inPage.keep);
    await page.evaluate(inPage.write, "const mine = 1;");
    await page.close();
  });

  await test("a copy that hides a newer lesson says so, and starting afresh keeps it beside the lesson", async () => {
    const file = join(output, "files", name);
    const lesson = JSON.parse(readFileSync(file, "utf8"));
    lesson.cells[0].source = "const newer = 2;";
    writeFileSync(file, JSON.stringify(lessonFile(lesson, name, new Map())));
    const { id } = await addServiceWorker({ root, output });
    const page = await context.newPage();
    await openLesson(page, lite, name);
    const build = await page.getAttribute('meta[name="qatlab-build"]', "content");
    assert.equal(build, id, "a kept page took the place of the newer one");
    assert.equal(await page.evaluate(inPage.read), "const mine = 1;");
    const notice = page.locator(".Toastify__toast").filter({ hasText: "was changed on the site" });
    await notice.waitFor();
    await look(page, "lite-changed");
    await notice.getByText("Start afresh", { exact: true }).click();
    await look(page, "lite-afresh");
    await page.locator(".jp-Dialog").getByText("Start afresh", { exact: true }).click();
    await page.locator(".Toastify__toast").filter({ hasText: "Your copy is “" }).waitFor();
    assert.equal(await page.evaluate(inPage.read), "const newer = 2;");
    const kept = (await page.evaluate(inPage.files)).filter((/** @type {string} */ name) =>
      /^cells \(mine, .*\)\.ipynb$/.test(name),
    );
    assert.equal(kept.length, 1);
    await page.evaluate(inPage.keep);
    await page.close();
  });

  await test("a later visit needs no network", async () => {
    await server.close();
    const page = await context.newPage();
    await openLesson(page, lite, name);
    assert.equal(await page.evaluate(inPage.read), "const newer = 2;");
    const code = 'import * as q from "qatlab"; (await q.datasets.digits()).train.size';
    assert.equal(await page.evaluate(inPage.execute, code), "ok");
    await page.close();
    server = await serve(folder, { port: Number(port), isolated: false });
  });

  await context.close();
  await server.close();
}
