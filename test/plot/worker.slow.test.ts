import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

/** Runs a program against the build, since a worker thread needs compiled files. */
const run = (program: string) =>
  execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    timeout: 120_000, // one that hangs
  });

describe("the thread that draws static images", () => {
  it("draws into the bundle, with the text alternative, and lets the process end", () => {
    const output = run(`
      const { figure, line } = await import("./dist/plot/index.js");
      const show = (alt) => figure({ data: [line([0, 1], [0, 1])], alt })[Symbol.for("Jupyter.display")]();
      const [first, second] = await Promise.all([show('a "<b>"'), show("second")]);
      console.log(first["image/svg+xml"].slice(0, 400));
      console.log(second["image/svg+xml"].includes('aria-label="second"'), second["text/plain"]);
    `);
    expect(output).toMatch(
      /^<svg role="img" aria-label="a &quot;&lt;b&gt;&quot;" style="font-family: [^"]*" class="main-svg"/,
    );
    expect(output).toMatch(/\ntrue second\n$/);
  });

  it("leaves out an image that would be too large, and says so", () => {
    const output = run(`
      const { figure, scatter } = await import("./dist/plot/index.js");
      const many = Array.from({ length: 3000 }, (_, i) => Math.sin(i * i));
      const bundle = await figure({ data: [{ ...scatter(many, many), marker: { symbol: "star" } }], alt: "many" })[Symbol.for("Jupyter.display")]();
      console.log(Object.keys(bundle).join(), bundle["text/plain"]);
    `);
    expect(output).toMatch(
      /^application\/vnd\.plotly\.v1\+json,text\/plain many\n\(without a static image: it would take \d+ kB/,
    );
  });
});
