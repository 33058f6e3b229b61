import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Inside } from "../../../src/export/page/script/main.js";
import * as q from "../../../src/index.js";
import { createEngine, quantize } from "../../../src/integer/index.js";
import { launch } from "../../browser/chromium.mjs";
import { digits } from "../../fixtures/index.js";

const int8 = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
let folder: string;
let browser: Browser;
let view: Page;
let float: q.tf.LayersModel;
let integer: q.IntegerModel;
let exported: q.export.Page;
const asked: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-page-"));
  const { train, test } = await digits();
  float = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
  await q.fit(float, train, { epochs: 15, seed: 1 });
  integer = q.convert(await q.quantize(float, int8, { calibration: train.take(64) }));
  exported = await q.export.page(integer, join(folder, "digits.html"), { float, examples: test });
  browser = await launch();
  view = await browser.newPage({ viewport: { width: 1000, height: 1200 } });
  view.on("request", (request) => asked.push(request.url()));
  view.on("pageerror", (error) => errors.push(error.message));
  view.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) errors.push(message.text());
  });
  await view.goto(pathToFileURL(exported.file).href);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Draws a line through points in the field, which are shares of its side. */
async function draw(points: readonly (readonly [number, number])[]): Promise<void> {
  const box = (await view.locator("#pad").boundingBox())!;
  const at = ([x, y]: readonly [number, number]) =>
    [box.x + x * box.width, box.y + y * box.height] as const;
  await view.mouse.move(...at(points[0]!));
  await view.mouse.down();
  for (const point of points) await view.mouse.move(...at(point), { steps: 4 });
  await view.mouse.up();
  // The models have answered two frames later.
  const frame = () => view.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  await frame();
  await frame();
}

const line = [
  [0.5, 0.1],
  [0.48, 0.9],
] as const;

const circle = Array.from({ length: 25 }, (_, i) => {
  const angle = (i / 24) * 2 * Math.PI;
  return [0.5 + 0.24 * Math.sin(angle), 0.5 - 0.36 * Math.cos(angle)] as const;
});

/** Keeps a picture of the page in the folder that QATLAB_SCREENSHOTS names. */
async function look(name: string): Promise<void> {
  const { QATLAB_SCREENSHOTS } = process.env;
  if (QATLAB_SCREENSHOTS) {
    await view.waitForTimeout(1500);
    await view.screenshot({ path: join(QATLAB_SCREENSHOTS, `${name}.png`), fullPage: true });
  }
}

const shares = () =>
  view.$$eval("#answers tbody tr", (rows) =>
    rows.map((row) => [...row.querySelectorAll(".share")].map((cell) => cell.textContent)),
  );

describe("a page in Chromium", () => {
  it("is one file under 300 kB, and asks nothing of the network", () => {
    expect(exported.bytes).toBe(readFileSync(exported.file).length);
    expect(exported.bytes).toBeLessThan(300_000);
    expect(asked).toEqual([pathToFileURL(exported.file).href]);
  });

  it("has the engine's codes at every op, and the float model's values", async () => {
    const { test } = await digits();
    const xs = test.xs.slice(0, 40);
    const values = Array.from({ length: 40 }, (_, i) =>
      Array.from(xs.dataSync().subarray(i * 64, (i + 1) * 64)),
    );
    const there = await view.evaluate((examples) => {
      const { program, runIntegers, runFloat } = (
        globalThis as unknown as { qatlab: Required<Inside> }
      ).qatlab;
      return examples.map((example) => {
        const { codesOf } = runIntegers(Float32Array.from(example));
        return {
          codes: program.ops.map(({ output }) => Array.from(codesOf(output))),
          logits: Array.from(runFloat(Float32Array.from(example))),
        };
      });
    }, values);
    const { program } = integer;
    const engine = createEngine(program);
    const input = program.tensors[program.inputs[0]!]!;
    for (const [i, example] of values.entries()) {
      engine.run([quantize(example, input, program.kernel)]);
      const here = program.ops.map(({ output }) => Array.from(engine.codes(output)));
      expect(there[i]!.codes).toEqual(here);
    }
    const logits = q.tf.tidy(() => Array.from((float.predict(xs) as q.tf.Tensor).dataSync()));
    const far = there
      .flatMap(({ logits: row }) => row)
      .map((value, i) => Math.abs(value - logits[i]!));
    expect(Math.max(...far)).toBeLessThan(1e-4);
    xs.dispose();
  });

  it("answers an example that is chosen, in both models", async () => {
    const buttons = view.locator("#examples button");
    expect(await buttons.count()).toBe(10);
    expect(await buttons.nth(3).getAttribute("aria-label")).toBe("Example: 3");
    await buttons.nth(3).click();
    expect(await view.locator("#verdict").textContent()).toMatch(
      /^Both say 3: [\d.]+ % in float, [\d.]+ % in/,
    );
    expect(await view.locator("#layers li.lit").count()).toBe(integer.program.ops.length);
  });

  it("answers a drawing, with the mouse and without an error", async () => {
    await view.locator("#clear").click();
    expect(await shares()).toEqual(Array(10).fill(["–", "–"]));
    for (const stroke of [line, circle]) {
      await view.locator("#clear").click();
      await draw(stroke);
      const [values, verdict] = await view.evaluate(() => [
        Array.from((globalThis as unknown as { qatlab: Required<Inside> }).qatlab.values),
        document.getElementById("verdict")!.textContent,
      ]);
      expect(Math.max(...values)).toBeGreaterThan(0.6);
      const named = q.tf.tidy(() => {
        const xs = q.tf.tensor(values, [1, 8, 8, 1]);
        return (integer.predict(xs) as q.tf.Tensor).argMax(-1).dataSync()[0];
      });
      expect(verdict).toMatch(new RegExp(`(Both|the integers) say ${named}[ :]`));
    }
    await look("drawn");
    expect(errors).toEqual([]);
  });

  it("fits a phone, light and dark", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await view.emulateMedia({ colorScheme });
      await view.setViewportSize({ width: 360, height: 740 });
      expect(await view.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      await view.locator("#examples button").nth(5).click();
      await look(`phone-${colorScheme}`);
      await view.setViewportSize({ width: 1000, height: 1200 });
      await look(`wide-${colorScheme}`);
    }
    const back = () => view.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await back();
    await view.emulateMedia({ colorScheme: "light" });
    expect(await back()).not.toBe(dark);
  });
});
