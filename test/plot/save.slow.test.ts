import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemChromium } from "../../scripts/setup/chromium.mjs";

const browser = systemChromium();
const folder = mkdtempSync(join(tmpdir(), "qatlab-save-"));
let said: Record<string, string> = {};

/** One program for all, against the build, since static images are drawn by a thread of compiled files. */
const program = `
  const { figure, line, save } = await import("./dist/plot/index.js");
  const shown = figure({ data: [line([0, 1], [0, 1], { name: "σ²" })], x: "steps" });
  const file = (name) => ${JSON.stringify(folder)} + "/" + name;
  const refusal = (saving) => saving.then(() => "saved", (error) => error.message);
  const said = {
    first: await refusal(save(shown, file("curve.svg"), { width: 320, height: 240 })),
    again: await refusal(save(shown, file("curve.svg"))),
    result: await refusal(save({ figure: shown }, file("result.svg"))),
    picture: await refusal(save(shown, "curve.png")),
    nothing: await refusal(save({ figure: {} }, "curve.svg")),
    pdf: ${browser ? 'await refusal(save(shown, file("curve.pdf")))' : '""'},
  };
  Object.assign(process.env, { PATH: file(""), QATLAB_CHROMIUM: "" });
  said.alone = await refusal(save(shown, file("none.pdf")));
  console.log(JSON.stringify(said));`;

beforeAll(() => {
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    timeout: 120_000, // one that hangs
  });
  said = JSON.parse(output);
}, 130_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("q.plot.save", () => {
  it("writes an SVG image of the asked size, with its text alternative, and overwrites nothing", () => {
    expect(said).toMatchObject({ first: "saved", result: "saved" });
    const svg = readFileSync(join(folder, "curve.svg"), "utf8");
    expect(svg).toMatch(/<svg [^>]*width="320" height="240"/);
    expect(svg).toContain('aria-label="σ²: 2 values from 0 to 1, the last 1"');
    expect(said.again).toMatch(/curve\.svg exists \(pass \{ overwrite: true \}/);
  });

  it.skipIf(!browser)("prints a PDF of one page of the figure's size", () => {
    expect(said.pdf).toBe("saved");
    const pdf = readFileSync(join(folder, "curve.pdf"), "latin1");
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    const [, width, height] = pdf.match(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/) ?? [];
    expect(Math.abs(Number(width) - 480)).toBeLessThan(2); // 640 pixels of 1/96 inch, in points
    expect(Math.abs(Number(height) - 270)).toBeLessThan(2);
  });

  it.skipIf(process.platform === "darwin")("says what to do where no browser prints a PDF", () => {
    expect(said.alone).toContain("no Chromium, Chrome or Edge was found");
  });

  it("refuses another kind of file, and what is no figure", () => {
    expect(said.picture).toContain("a path that ends in .svg or .pdf");
    expect(said.nothing).toContain("invalid figure");
  });
});
