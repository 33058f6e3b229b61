/**
 * Runs every lesson in a browser tab, in its short form, as a reader does who runs all cells:
 * `node test/site/lessons.mjs FOLDER [PATTERN]`, by hand after `npm run site`. It prints each lesson's seconds, and everything that a
 * reader would stumble over: cells that fail, words on stderr, figures that stay blank, errors of the page, requests that leave
 * the site. `QATLAB_SCREENSHOTS=FOLDER` keeps a picture of each cell with a figure; `QATLAB_BROWSER=firefox` takes the machine's
 * Firefox in place of Chromium.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { serve } from "../../scripts/site/serve.mjs";
import { launch } from "../browser/chromium.mjs";
import { launchFirefox } from "../browser/firefox.mjs";
import { drawnFigures, openLesson, runCell } from "./lesson.mjs";

const [folder = ".qatlab/site", pattern = "."] = process.argv.slice(2);
const site = resolve(folder);
const screenshots = process.env.QATLAB_SCREENSHOTS;
const names = readdirSync(join(site, "lite", "files"))
  .filter((name) => name.endsWith(".ipynb") && new RegExp(pattern).test(name))
  .sort();
/** @type {{ name: string, seconds: number, faults: string[] }[]} */
const rows = [];
let sent = 0;
const server = await serve(site, { onSent: (_, bytes) => (sent += bytes) });
for (const name of names) {
  const row = await run(name);
  rows.push(row);
  console.log(`${row.seconds.toFixed(0).padStart(4)} s  ${name}`);
  for (const fault of row.faults) console.log(`       FAULT ${fault}`);
}
await server.close();
const faults = rows.flatMap(({ faults }) => faults).length;
const total = rows.reduce((sum, { seconds }) => sum + seconds, 0);
console.log(`${rows.length} lessons, ${total.toFixed(0)} s, ${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;

/** @param {string} name */
async function run(name) {
  // A browser of its own, so that no lesson pays for the memory of those before it.
  const isFirefox = process.env.QATLAB_BROWSER === "firefox";
  const browser = /** @type {import("playwright-core").Browser} */ (
    isFirefox ? await launchFirefox() : await launch()
  );
  /** @type {string[]} */
  const faults = [];
  sent = 0;
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.on("console", (message) => {
    const { url } = message.location();
    if (message.type() === "error") faults.push(`console: ${message.text()} (${url})`);
  });
  page.on("pageerror", (error) => faults.push(`page: ${error}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(server.address) && !/^(data|blob):/.test(url)) faults.push(`asks ${url}`);
  });
  const opened = performance.now();
  try {
    const cells = await openLesson(page, `${server.address}lite/`, name);
    /** @type {string[]} */
    const slow = [];
    for (const index of cells) {
      const begun = performance.now();
      const { errors, said, figures } = await runCell(page, index);
      const seconds = (performance.now() - begun) / 1000;
      if (seconds > 20) slow.push(`cell ${index}: ${seconds.toFixed(0)} s`);
      for (const error of errors) faults.push(`cell ${index}: ${error.slice(0, 400)}`);
      if (said) faults.push(`cell ${index} says: ${said.slice(0, 300)}`);
      if (figures === 0) continue;
      const drawn = await drawnFigures(page, index);
      if (drawn < figures) faults.push(`cell ${index}: ${drawn} of ${figures} figures are drawn`);
      if (screenshots) {
        const picture = join(screenshots, `${name.slice(0, 2)}-cell-${index}.png`);
        await page.screenshot({ path: picture });
      }
    }
    if (slow.length > 0) console.log(`        ${slow.join(", ")}`);
    console.log(`        ${(sent / 1e6).toFixed(2)} MB over the wire`);
    if (screenshots) writeFileSync(join(screenshots, `${name}.txt`), faults.join("\n"));
  } catch (error) {
    faults.push(`not run to its end: ${String(error).slice(0, 400)}`);
  } finally {
    await browser.close();
  }
  return { name, seconds: (performance.now() - opened) / 1000, faults };
}
