import { inflateSync } from "node:zlib";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { band, bars, figure, heatmap, histogram, line, slider } from "../../src/plot/index.js";
import { createRenderer } from "../../src/plot/static/renderer.js";
import { textWidth } from "../../src/plot/static/text-size.js";

const render = createRenderer();
const draw = (options: Parameters<typeof figure>[0]) =>
  render({ spec: figure(options).spec as any, width: 640, height: 360 });
const parse = (svg: string) =>
  (new JSDOM(svg, { contentType: "image/svg+xml" } as any).window as any).document;

describe("static images", () => {
  it("draw lines where their values are", async () => {
    const document = parse(
      await draw({
        data: [line([0, 1, 2], [0, 1, 0], { name: "QAT" })],
        x: { title: "epoch", range: [0, 2] },
        y: { title: "accuracy", range: [0, 1] },
      }),
    );
    const path = document.querySelector(".scatterlayer path.js-line").getAttribute("d");
    const [a, b, c] = path
      .slice(1)
      .split("L")
      .map((point: string) => point.split(",").map(Number));
    expect(b[0] - a[0]).toBeCloseTo(c[0] - b[0], 1);
    expect(a[1]).toBe(c[1]);
    expect(b[1]).toBe(0); // the top of the plot
    expect(document.querySelector(".xtitle").textContent).toBe("epoch");
    expect(document.querySelector(".scatterlayer .text").textContent).toContain("QAT");
  });

  it("draw bars, bands and histograms", async () => {
    const document = parse(
      await draw({ data: [bars(["a", "b"], [1, 2], { interval: [0.1, 0.1] })] }),
    );
    expect(document.querySelectorAll(".bars .point path")).toHaveLength(2);
    expect(document.querySelectorAll(".errorbar")).toHaveLength(2);
    const filled = parse(await draw({ data: [band([0, 1], [0, 0], [1, 1])] }));
    expect(filled.querySelector(".js-fill")).not.toBeNull();
    const counted = parse(await draw({ data: [histogram([1, 2, 2, 3], { bins: 3 })] }));
    expect(counted.querySelectorAll(".bars .point path").length).toBeGreaterThan(2);
  });

  it("draw heat maps whose pixels have the colours of their values", async () => {
    const document = parse(
      await draw({
        data: [
          heatmap([
            [0, 1],
            [1, 0],
          ]),
        ],
      }),
    );
    const image = document.querySelector(".heatmaplayer image");
    const address = image.getAttribute("xlink:href") ?? image.getAttribute("href");
    const file = Buffer.from(address.split(",")[1], "base64");
    const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
    const rows = inflateSync(file.subarray(41, 41 + file.readUInt32BE(33)));
    const pixel = (x: number, y: number) => [
      ...rows.subarray(y * (1 + 4 * width) + 1 + 4 * x, y * (1 + 4 * width) + 4 + 4 * x),
    ];
    const cividis = { low: [0, 32, 77], high: [255, 234, 70] };
    const near = (a: number[], b: number[]) => a.every((value, i) => Math.abs(value - b[i]!) <= 2);
    expect(near(pixel(0, 0), cividis.low)).toBe(true);
    expect(near(pixel(width - 1, 0), cividis.high)).toBe(true);
    expect(near(pixel(0, height - 1), cividis.high)).toBe(true);
  });

  it("stand texts where a browser does: inside bars, and the axis' title clear of its ticks", async () => {
    const text = ["one", "two"];
    const inside = { ...bars(["a", "b"], [1, 2]), text, textposition: "inside" };
    const document = parse(await draw({ data: [inside], x: "name" }));
    const points = [...document.querySelectorAll(".bars .point")];
    for (const point of points) {
      const [, left, right] = point
        .querySelector("path")
        .getAttribute("d")
        .match(/^M([\d.]+),.*H([\d.]+)/);
      const [, x] = point
        .querySelector("text")
        .getAttribute("transform")
        .match(/\(([\d.]+)/);
      expect(Math.abs(Number(x) - (Number(left) + Number(right)) / 2)).toBeLessThan(1);
    }
    const y = (selector: string) => Number(document.querySelector(selector).getAttribute("y"));
    expect(y(".xtitle") - y(".xtick text")).toBeGreaterThan(13);
  });

  it("leave out controls, which do nothing in an image", async () => {
    const svg = await draw({ ...slider("bits", [2, 3], (bits) => [line([0, 1], [0, bits])]) });
    expect(svg).not.toContain("slider");
  });

  it("have a transparent background", async () => {
    const document = parse(await draw({ data: [line([0, 1], [0, 1])] }));
    const background = document.querySelector("svg > rect");
    expect(background?.getAttribute("style") ?? "").toMatch(/fill-opacity: 0|fill: none/);
  });

  it("fail with a reason that names what is wrong", async () => {
    const broken = {
      get x() {
        throw new Error("no x");
      },
    };
    const spec = { data: [broken], layout: {} };
    await expect(render({ spec, width: 640, height: 360 })).rejects.toThrow("no x");
  });
});

describe("textWidth", () => {
  it("is near what a browser measures", () => {
    // canvas.measureText in Chromium 12 px, Liberation Sans, which has Arial's metrics
    const measured: [string, number][] = [
      ["accuracy", 48.02],
      ["validation", 50.7],
      ["WWWW", 45.3],
      ["0.97", 23.36],
      ["QAT", 23.78],
    ];
    for (const [text, width] of measured) {
      expect(Math.abs(textWidth(text, 12) / width - 1), text).toBeLessThan(0.15);
    }
  });
});
