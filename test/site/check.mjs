/**
 * Looks at every page of a built site in a headless browser: `node test/site/check.mjs FOLDER [PATTERN]`, by hand after
 * `npm run site`. At three widths, in light and in dark: no page reports an error or asks another host, links inside hold,
 * axe-core finds no serious fault, and a first view needs few bytes. `QATLAB_SCREENSHOTS=FOLDER` keeps pictures.
 */
import { join, relative, resolve } from "node:path";
import { filesEnding } from "../../scripts/site/finish.mjs";
import { serve } from "../../scripts/site/serve.mjs";
import { launch } from "../browser/chromium.mjs";
import { seriousFaults } from "../browser/site.mjs";
import { deadLinks } from "./links.mjs";

const [folder = ".qatlab/site", pattern = "."] = process.argv.slice(2);
const site = resolve(folder);
const screenshots = process.env.QATLAB_SCREENSHOTS;
const widths = [1400, 900, 390];
const schemes = /** @type {const} */ (["light", "dark"]);
/** A page of the reference of each kind stands for all: one program writes them. */
const samples =
  /^reference\/(index|functions\/fit|classes\/Dataset|modules\/plot|interfaces\/FitOptions)\.html$/;

/** @type {string[]} */
const faults = deadLinks(site);
let sent = 0;
const server = await serve(site, { isolated: false, onSent: (_, bytes) => (sent += bytes) });
const browser = await launch();
/** @type {Map<string, number>} */
const firstViews = new Map();
const pages = filesEnding(site, ".html")
  .map((file) => relative(site, file).replaceAll("\\", "/"))
  .filter(
    (page) => !page.startsWith("lite/") && (!page.startsWith("reference/") || samples.test(page)),
  )
  .filter((page) => new RegExp(pattern).test(page));

for (const colorScheme of schemes) {
  for (const width of widths) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    for (const name of pages) {
      const page = await context.newPage();
      const where = `${name} at ${width} px, ${colorScheme}`;
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type()))
          faults.push(`${where}: ${message.text()}`);
      });
      page.on("pageerror", (error) => faults.push(`${where}: ${error}`));
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(server.address) && !/^(data|blob):/.test(url))
          faults.push(`${where}: asks ${url}`);
      });
      sent = 0;
      await page.goto(`${server.address}${name}`, { waitUntil: "load" });
      if (width === 1400 && colorScheme === "light") await measure(page, name);
      const room = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (room > 1) faults.push(`${where}: ${room} px too wide`);
      if (width !== 900) {
        const serious = await seriousFaults(page);
        for (const fault of serious.filter((/** @type {string} */ fault) => !known(name, fault)))
          faults.push(`${where}: ${fault}`);
      }
      if (screenshots)
        await page.screenshot({ path: join(screenshots, pictureOf(name, width, colorScheme)) });
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
await server.close();

const largest = [...firstViews]
  .filter(([name]) => name.startsWith("book/"))
  .sort((a, b) => b[1] - a[1]);
for (const [name, bytes] of largest.slice(0, 5))
  console.log(`${Math.round(bytes / 1000)} kB  first view of ${name}`);
for (const fault of [...new Set(faults)]) console.log(`FAULT ${fault}`);
console.log(`${pages.length} pages, ${new Set(faults).size} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;

/**
 * A fault that is typedoc's: the headings of its lists fold the list and have a link.
 *
 * @param {string} name
 * @param {string} fault
 */
function known(name, fault) {
  return name.startsWith("reference/") && fault.startsWith("nested-interactive");
}

/**
 * Measures a cold first view without Plotly, which comes when the page is idle.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} name
 */
async function measure(page, name) {
  const bytes = await page.evaluate(() => {
    const entries = /** @type {PerformanceResourceTiming[]} */ ([
      ...performance.getEntriesByType("navigation"),
      ...performance.getEntriesByType("resource"),
    ]);
    return entries
      .filter(({ name }) => !/plotly\.min\.js|figures\/.*\.json/.test(name))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  });
  firstViews.set(name, bytes);
}

/**
 * @param {string} name
 * @param {number} width
 * @param {string} scheme
 */
function pictureOf(name, width, scheme) {
  return `${name.replace(/\.html$/, "").replaceAll("/", "-")}-${width}-${scheme}.png`;
}
