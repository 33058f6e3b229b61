import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLanding } from "../../scripts/site/landing.mjs";
import { serve } from "../../scripts/site/serve.mjs";
import { launch } from "./chromium.mjs";

const root = join(import.meta.dirname, "../..");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Faults of a page that keep readers out: axe-core's serious and critical ones. */
export async function seriousFaults(/** @type {import("playwright-core").Page} */ page) {
  // The page's policy allows no script in it; a function that the debugger evaluates needs no leave.
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run();
    return violations
      .filter((/** @type {any} */ { impact }) => ["serious", "critical"].includes(impact))
      .map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

/**
 * @param {(title: string, body: () => Promise<void>) => Promise<void>} test
 * @param {(page: import("playwright-core").Page, name: string) => Promise<void>} look
 */
export async function site(test, look) {
  const folder = mkdtempSync(join(tmpdir(), "qatlab-site-"));
  const output = join(folder, "sub", "path");
  const link = { text: "Read", href: "./" };
  await buildLanding({ root, output, links: [link], actions: [link] });
  let sent = 0;
  const server = await serve(folder, { isolated: false, onSent: (_, bytes) => (sent += bytes) });
  const browser = await launch();
  const address = `${server.address}sub/path/`;
  try {
    await test("the landing page trains a network within a megabyte, below any path and without headers", async () => {
      const page = await browser.newPage({ viewport: { width: 1400, height: 860 } });
      /** @type {string[]} */
      const faults = [];
      page.on("console", (message) => faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("request", (request) => {
        if (!request.url().startsWith(address)) faults.push(`asks ${request.url()}`);
      });
      await page.goto(address);
      await page.waitForFunction(() =>
        (document.querySelector("polyline")?.getAttribute("points") ?? "").includes(" "),
      );
      assert.ok(sent < 1e6, `${sent} bytes`);
      assert.match((await page.textContent("#status")) ?? "", /trains in float/);
      assert.equal(await page.locator(".tile").count(), 40);
      assert.deepEqual(await seriousFaults(page), []);
      assert.deepEqual(faults, []);
      await look(page, "landing");
      await page.close();
    });

    await test("the landing page stands still for readers who want less motion, until they ask", async () => {
      const page = await browser.newPage({ reducedMotion: "reduce", colorScheme: "dark" });
      await page.goto(address);
      assert.ok(await page.isVisible("#still img"));
      assert.equal(page.workers().length, 0);
      assert.deepEqual(await seriousFaults(page), []);
      await page.locator("#begin").press("Enter");
      await page.waitForSelector("#examples .tile");
      await page.close();
    });

    await test("the landing page says in words that a browser starts no worker, and shows the still", async () => {
      const page = await browser.newPage();
      await page.addInitScript(() => Reflect.deleteProperty(globalThis, "Worker"));
      await page.goto(address);
      assert.match((await page.textContent("#why")) ?? "", /no web workers/);
      assert.ok(await page.isVisible("#still img"));
      await page.close();
    });
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
