import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { JSDOM, VirtualConsole } from "jsdom";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isCartesian, plotlyLoader } from "../../src/jupyterlab/loadPlotly.js";

const bar = { data: [{ type: "bar" }, {}] };
const surface = { data: [{ type: "bar" }, { type: "surface" }] };
const files = { whole: "whole.js", cartesian: "cartesian.js" };

describe("loading Plotly", () => {
  let window: Window & typeof globalThis;
  beforeEach(() => {
    const options = {
      runScripts: "outside-only",
      pretendToBeVisual: true,
      virtualConsole: new VirtualConsole(),
    } as const;
    window = new JSDOM("", options).window as any;
    Object.assign(globalThis, { document: window.document, window });
  });
  afterEach(() => {
    for (const name of ["document", "window"]) Reflect.deleteProperty(globalThis, name);
  });
  const asked = () => [...window.document.querySelectorAll("script")].map((script) => script.src);
  const end = (event: string) =>
    window.document.querySelector("script")!.dispatchEvent(new window.Event(event));

  it("takes the smaller one for figures with two axes, and the whole for others", () => {
    const load = plotlyLoader(files);
    void load(bar);
    void load(bar);
    expect(asked()).toEqual(["cartesian.js"]);
    void load(surface);
    void load(surface);
    void load(bar);
    expect(asked()).toEqual(["cartesian.js", "whole.js"]);
  });

  it("takes the whole where there is no other", () => {
    void plotlyLoader({ whole: "whole.js" })(bar);
    expect(asked()).toEqual(["whole.js"]);
  });

  it("tries again with the next figure where the server didn't answer", async () => {
    const load = plotlyLoader(files);
    const first = load(bar);
    end("error");
    await expect(first).rejects.toThrow("Plotly could not be loaded");
    expect(asked()).toEqual([]);
    void load(bar);
    expect(asked()).toEqual(["cartesian.js"]);
  });
});

describe("the course's figures", () => {
  it("need the smaller Plotly only", () => {
    const folder = fileURLToPath(new URL("../../notebooks/", import.meta.url));
    let count = 0;
    for (const name of readdirSync(folder).filter((name) => name.endsWith(".ipynb"))) {
      const { cells } = JSON.parse(readFileSync(`${folder}${name}`, "utf8"));
      for (const { data } of cells.flatMap((cell: { outputs?: unknown[] }) => cell.outputs ?? [])) {
        const spec = data?.["application/vnd.plotly.v1+json"];
        if (!spec) continue;
        count++;
        expect(isCartesian(spec), name).toBe(true);
      }
    }
    expect(count).toBeGreaterThan(50);
  });
});
