import assert from "node:assert/strict";
import { join } from "node:path";
import { selectFirstCell } from "./lab.mjs";
import { writeNotebook } from "./notebook.mjs";

const cells = [
  'import * as q from "qatlab";',
  `q.widgets.interact({ bits: { min: 2, max: 8, value: 8 }, per: ["tensor", "value"] }, ({ bits, per }) => {
  const error = per === "value" ? 0 : 4 / 2 ** bits;
  return q.plot.figure({ title: \`\${bits} bits per \${per}\`, data: [q.plot.bars(["error"], [error])] });
})`,
  'q.widgets.button({ label: "Count" }).onChange((clicks) => console.log("clicks:", clicks))',
  'q.widgets.button({ label: "Loop" }).onChange(() => { console.log("loops"); while (true); })',
  'await input("Your name: ")',
];

/**
 * Widgets in JupyterLab.
 *
 * @param {Awaited<ReturnType<typeof import("./lab.mjs").openLab>>} lab
 * @param {(title: string, body: () => Promise<void>) => Promise<void>} test
 * @param {(page: import("playwright-core").Page, name: string) => Promise<void>} look
 */
export async function widgets(lab, test, look) {
  writeNotebook(join(lab.folder, "widgets.ipynb"), cells);
  const { page, errors } = await lab.open("widgets.ipynb");
  const title = (/** @type {string} */ text) =>
    page
      .locator(`.jp-OutputArea .qatlab-figure .gtitle:has-text("${text}")`)
      .first()
      .waitFor({ timeout: 60_000 });
  const press = async (/** @type {string} */ key, times = 1) => {
    await page.locator(".noUi-handle").first().focus();
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  await selectFirstCell(page);

  await test("a slider and a list move a figure", async () => {
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.press("Shift+Enter");
    await title("8 bits per tensor");
    await press("ArrowLeft", 4);
    await title("4 bits per tensor");
    await page.locator(".widget-dropdown select").first().selectOption("value");
    await title("4 bits per value");
    await look(page, "widgets");
  });

  await test("a fast drag ends with the figure of its last value", async () => {
    const box = await page.locator(".noUi-base").first().boundingBox();
    const handle = await page.locator(".noUi-handle").first().boundingBox();
    assert.ok(box && handle);
    await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
    await page.mouse.down();
    for (let i = 0; i <= 60; i++) await page.mouse.move(box.x + (box.width * i) / 60, handle.y + 5);
    for (let i = 60; i >= 0; i--) await page.mouse.move(box.x + (box.width * i) / 60, handle.y + 5);
    await page.mouse.up();
    await title("2 bits per value");
  });

  await test("a listener prints in the cell that made it", async () => {
    await page.locator(".jp-Notebook .jp-InputPrompt").nth(2).click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+Enter");
    const button = page.locator('.jupyter-button:has-text("Count")');
    await button.waitFor();
    await button.click();
    await page.locator('.jp-CodeCell:nth-child(3) :text("clicks: 1")').first().waitFor();
  });

  await test("the reader's Stop ends a listener that loops for ever", async () => {
    await page.locator(".jp-Notebook .jp-InputPrompt").nth(3).click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+Enter");
    await page.locator('.jupyter-button:has-text("Loop")').click();
    await page.locator(':text("loops")').first().waitFor();
    await page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
    await press("ArrowRight");
    await title("3 bits per value");
  });

  await test("a field below the cell takes the input that it asks for", async () => {
    await page.locator(".jp-Notebook .jp-InputPrompt").nth(4).click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+Enter");
    await page.locator(".jp-Stdin-input").fill("Ada");
    await page.keyboard.press("Enter");
    await page.locator(".jp-OutputArea-output:has-text(\"'Ada'\")").first().waitFor();
  });

  await test("widgets and their figure are there again after the page was loaded again", async () => {
    await page.locator(".jp-Notebook .jp-InputPrompt").nth(1).click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+s");
    await page.locator(".jp-mod-dirty").first().waitFor({ state: "detached" });
    await page.reload();
    await title("3 bits per value");
    await press("ArrowRight");
    await title("4 bits per value");
    await look(page, "widgets-reloaded");
  });

  await test("a cell that runs again closes its widgets", async () => {
    await page.locator(".jp-Notebook .jp-InputPrompt").nth(1).click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Enter");
    await title("8 bits per tensor");
    assert.equal(await page.locator(".jp-Notebook .widget-slider").count(), 1);
  });

  await test("the page with widgets reports no error", async () => {
    assert.deepEqual(errors(), []);
  });
  await page.close();
}
