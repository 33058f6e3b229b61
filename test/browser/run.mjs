import assert from "node:assert/strict";
import { join } from "node:path";
import { debugging } from "./debugging.mjs";
import { readFigures } from "./figures.mjs";
import { openLab, selectFirstCell, setTheme } from "./lab.mjs";
import { labels } from "./labels.mjs";
import { lite } from "./lite.mjs";
import { writeNotebook } from "./notebook.mjs";
import { site } from "./site.mjs";
import { tab } from "./tab.mjs";
import { widgets } from "./widgets.mjs";

const counts = { passed: 0, failed: 0, skipped: 0 };
/** By hand: `npm test browser -- widgets` runs one part only. */
const [only] = process.argv.slice(2);
const screenshots = process.env.QATLAB_SCREENSHOTS;

/**
 * @param {string} title
 * @param {() => Promise<void>} body
 */
async function test(title, body) {
  const start = performance.now();
  try {
    await body();
    counts.passed++;
    console.log(`ok      ${title} (${Math.round(performance.now() - start)} ms)`);
  } catch (error) {
    counts.failed++;
    // The reason on the line itself: the sum of all suites repeats this line only.
    const reason = String(/** @type {any} */ (error)?.message ?? error).replace(/\s+/g, " ");
    console.log(`FAILED  ${title}: ${reason.slice(0, 300)}\n${/** @type {any} */ (error)?.stack}`);
    console.log(await lab.describe());
  }
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} name
 */
async function look(page, name) {
  if (screenshots) await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

const figure = `q.plot.figure({
  title: "Accuracy by bits",
  data: [q.plot.line([8, 4, 2], [0.97, 0.9, 0.6], { name: "QAT" })],
  x: "bits", y: { title: "accuracy", unit: "%" },
})`;

const live = `const board = q.plot.board("Recovery", { references: { float: 0.97, ptq: 0.31 } });
for (let epoch = 1; epoch <= 60; epoch++) {
  board.push({ epoch, loss: 1 / epoch, accuracy: 1 - 0.7 / epoch });
  const until = performance.now() + 50;
  while (performance.now() < until); // a training step that never yields
}`;

const bad = `display({ [Symbol.for("Jupyter.display")]: () => ({
  "application/vnd.plotly.v1+json": { data: "not a list" },
  "text/plain": "What it would have shown",
}) });`;

const sliding = `q.plot.figure({ ...q.plot.slider("bits", [2, 3, 4], (bits) => [q.plot.line([0, 1, 2], [0, bits, 1])]), y: "value" })`;

const lab = await openLab();
try {
  writeNotebook(join(lab.folder, "figures.ipynb"), [
    'import * as q from "qatlab";',
    figure,
    live,
    sliding,
    bad.replace("display(", "q.display("),
  ]);
  const parts = {
    figures,
    widgets: () => widgets(lab, test, look),
    debugging: () => debugging(lab, test, look),
    labels: () => labels(join(import.meta.dirname, "../../notebooks"), test, look),
    lesson,
    site: () => site(test, look),
    tab: () => tab(test),
    lite: () => lite(test, look),
  };
  for (const [name, part] of Object.entries(parts)) {
    // JupyterLite is built for it, which takes longer than the test.
    const isSample = name !== "lite" || process.env.QATLAB_WHOLE === "1";
    if (only === undefined ? isSample : only === name) await part();
  }
} finally {
  await lab.close();
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;

async function figures() {
  const { page, errors } = await lab.open("figures.ipynb");
  const read = () => page.evaluate(readFigures);
  await selectFirstCell(page);

  await test("a figure is drawn at the width of its cell, with its text alternative", async () => {
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.press("Shift+Enter");
    await page.waitForSelector(".qatlab-figure .main-svg", { timeout: 60_000 });
    const [first] = await read();
    assert.ok(first?.drawn);
    assert.equal(first.role, "img");
    assert.match(first.label ?? "", /Accuracy by bits.*QAT: 3 values from 0\.6 to 0\.97/);
    assert.ok(Math.abs(first.width - first.room) < 4, `${first.width} px in ${first.room} px`);
    assert.ok(first.visible > 0, "no line is drawn");
    await look(page, "figure");
  });

  await test("a board's one DOM node lives on while its data grows, also in a loop that never yields", async () => {
    await page.keyboard.press("Shift+Enter");
    await page.waitForFunction(
      () => document.querySelectorAll(".qatlab-figure .js-plotly-plot").length > 1,
    );
    await page.evaluate(() => {
      const plots = document.querySelectorAll(".qatlab-figure .js-plotly-plot");
      /** @type {any} */ (plots[1]).mark = "the same";
    });
    const seen = new Set();
    for (let i = 0; i < 100 && (await read())[1]?.points !== 60; i++) {
      seen.add((await read())[1]?.points);
      await page.waitForTimeout(60);
    }
    const [, board] = await read();
    assert.ok(seen.size >= 5, `states seen: ${[...seen]}`);
    assert.equal(board?.points, 60);
    assert.equal(board?.mark, "the same");
    await look(page, "board");
  });

  await test("a figure with a slider is a group, and the slider moves it", async () => {
    await page.keyboard.press("Shift+Enter");
    await page.waitForSelector(".qatlab-figure .slider-group");
    const [, , slides] = await read();
    assert.equal(slides?.role, "group");
    await page.locator(".slider-rail-touch-rect").click({ position: { x: 2, y: 2 } });
    await page.locator(".slider-rail-touch-rect").hover();
    const label = () => page.locator(".slider-current-value, .slider-label").first().textContent();
    const before = await label();
    const box = await page.locator(".slider-rail-touch-rect").boundingBox();
    assert.ok(box);
    await page.mouse.click(box.x + box.width - 3, box.y + box.height / 2);
    await page.waitForFunction(
      (text) =>
        document.querySelector(".slider-current-value, .slider-label")?.textContent !== text,
      before,
    );
  });

  await test("a slider takes the focus, says its value and moves by the arrow keys", async () => {
    const slider = page.locator(".slider-group");
    await slider.focus();
    await page.keyboard.press("Home");
    const value = () => slider.getAttribute("aria-valuetext");
    const says = (/** @type {string} */ text) =>
      page.waitForFunction(
        (text) => document.querySelector(".slider-group")?.getAttribute("aria-valuetext") === text,
        text,
      );
    await says("bits: 2");
    await page.keyboard.press("ArrowRight");
    await says("bits: 3");
    const shown = await page.evaluate(() => {
      const plots = /** @type {any[]} */ ([...document.querySelectorAll(".js-plotly-plot")]);
      return plots.at(-1).data[0].y[1];
    });
    assert.equal(shown, 3);
    assert.equal(await slider.getAttribute("role"), "slider");
    assert.equal(await value(), "bits: 3");
    await look(page, "slider");
  });

  await test("a specification that can't be drawn shows its text and the reason", async () => {
    // The slider's own cell is the active one, since it was clicked.
    await page.locator(".jp-CodeCell .jp-InputPrompt").last().click();
    await page.keyboard.press("Shift+Enter");
    const text = page.locator(".qatlab-figure pre");
    await text.waitFor();
    assert.match((await text.textContent()) ?? "", /What it would have shown\n.*no list `data`/);
  });

  await test("a figure follows the theme to dark and back, in the same DOM node", async () => {
    const [light] = await read();
    await setTheme(page, "JupyterLab Dark");
    await page.waitForFunction((color) => {
      const text = document.querySelector(".qatlab-figure .xtick text");
      return text && getComputedStyle(text).fill !== color;
    }, light?.color);
    const [, dark] = await read();
    assert.equal(dark?.mark, "the same");
    await page.locator("#jupyterlab-splash").waitFor({ state: "detached" });
    await page.locator(".qatlab-figure").nth(1).scrollIntoViewIfNeeded();
    await look(page, "dark");
    await setTheme(page, "JupyterLab Light");
    await page.waitForFunction((color) => {
      const text = document.querySelector(".qatlab-figure .xtick text");
      return text && getComputedStyle(text).fill === color;
    }, light?.color);
  });

  await test("a figure follows the width of its cell", async () => {
    await page.setViewportSize({ width: 800, height: 900 });
    await page.waitForFunction(() => {
      const node = document.querySelector(".qatlab-figure");
      const width = node?.querySelector(".main-svg")?.clientWidth ?? 0;
      return node && node.clientWidth < 640 && Math.abs(width - node.clientWidth) < 4;
    });
  });

  await test("a second view of an output draws the same figure", async () => {
    await page.locator(".jp-Notebook .jp-InputPrompt").nth(1).click();
    await page.locator(".qatlab-figure").first().click({ button: "right" });
    await page.locator('.lm-Menu-item:has-text("Create New View for Cell Output")').click();
    await page.waitForSelector(".jp-LinkedOutputView .qatlab-figure .main-svg");
  });

  await test("the page reports no error", async () => {
    assert.deepEqual(errors(), []);
  });
  await page.close();
}

async function lesson() {
  const name = lab.lessons.find((file) => /^06-.*\.ipynb$/.test(file));
  if (!name) {
    counts.skipped++;
    console.log("skipped lesson 06: it isn't there");
    return;
  }
  const { page, errors } = await lab.open(name);
  const read = () => page.evaluate(readFigures);
  await test("lesson 06 draws a chart whose one DOM node lives on while its data grows", async () => {
    await selectFirstCell(page);
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Shift+Enter");
      await page.waitForTimeout(100);
    }
    await page.waitForSelector(".qatlab-figure .main-svg", { timeout: 120_000 });
    const deadline = Date.now() + 120_000;
    let grown = false;
    while (!grown && Date.now() < deadline) {
      const before = await read();
      await page.evaluate(() => {
        for (const plot of document.querySelectorAll(".qatlab-figure .js-plotly-plot")) {
          /** @type {any} */ (plot).mark ??= crypto.randomUUID();
        }
      });
      const marked = await read();
      await page.waitForTimeout(1000);
      const after = await read();
      grown = after.some(
        (now, i) =>
          marked[i]?.mark && now.mark === marked[i].mark && now.points > (before[i]?.points ?? 0),
      );
    }
    await look(page, "lesson");
    assert.ok(grown, "no figure's data grew in place");
    for (const { drawn, label } of await read()) assert.ok(drawn && label);
  });
  await test("lesson 06 reports no error in the page", async () => {
    assert.deepEqual(errors(), []);
  });
  await page.close();
}
