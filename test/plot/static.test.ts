import { inflateSync } from "node:zlib";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import {
  band,
  bars,
  figure,
  heatmap,
  histogram,
  line,
  scatter,
  slider,
} from "../../src/plot/index.js";
import { createRenderer } from "../../src/plot/static/renderer.node.js";
import { still } from "../../src/plot/static/still.js";
import { textWidth } from "../../src/plot/static/textSize.js";
import { thin } from "../../src/plot/static/thin.js";

const render = createRenderer();
const draw = (options: Parameters<typeof figure>[0]) =>
  render({ spec: still(figure(options).spec) as any, width: 640, height: 360 });
const parse = (svg: string) =>
  (new JSDOM(svg, { contentType: "image/svg+xml" } as any).window as any).document;

/** The numbers of a path of straight lines, pair by pair. */
const pointsOf = (path: string): number[][] =>
  path
    .split(/[Ml]/)
    .slice(1)
    .map((pair) => pair.match(/-?[\d.]+/g)!.map(Number));

describe("static images", () => {
  it("draw lines where their values are", { tags: "slow" }, async () => {
    const document = parse(
      await draw({
        data: [line([0, 1, 2], [0, 1, 0], { name: "QAT" })],
        x: { title: "epoch", range: [0, 2] },
        y: { title: "accuracy", range: [0, 1] },
      }),
    );
    const path = document.querySelector(".scatterlayer path.js-line").getAttribute("d");
    const [a, up, down] = pointsOf(path);
    expect(up[0]).toBeCloseTo(down[0], 1);
    expect(up[1]).toBe(-down[1]);
    expect(a[1] + up[1]).toBe(0); // the top of the plot
    expect(document.querySelector(".xtitle").textContent).toBe("epoch");
    expect(document.querySelector(".scatterlayer .text").textContent).toContain("QAT");
  });

  const barsIn = (document: any) =>
    document.querySelector(".bars .point path").getAttribute("d").split("M").length - 1;

  it("draw bars, bands and histograms", { tags: "slow" }, async () => {
    const document = parse(
      await draw({ data: [bars(["a", "b"], [1, 2], { interval: [0.1, 0.1] })] }),
    );
    expect(barsIn(document)).toBe(2);
    expect(document.querySelectorAll(".errorbar")).toHaveLength(2);
    const filled = parse(await draw({ data: [band([0, 1], [0, 0], [1, 1])] }));
    expect(filled.querySelector(".js-fill")).not.toBeNull();
    const counted = parse(await draw({ data: [histogram([1, 2, 2, 3], { bins: 3 })] }));
    expect(barsIn(counted)).toBeGreaterThan(2);
  });

  it("draw heat maps whose pixels have the colours of their values", { tags: "slow" }, async () => {
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

  it("stand texts where a browser does: inside bars, and the axis' title clear of its ticks", {
    tags: "slow",
  }, async () => {
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

  it("keep each dot where Plotly puts it, in a tenth of the characters", {
    tags: "slow",
  }, async () => {
    const x = Array.from({ length: 400 }, (_, i) => i);
    const marks = scatter(
      x,
      x.map((i) => Math.sin(i * i)),
      { size: 8 },
    );
    const svg = await draw({ data: [marks], x: { title: "i", range: [-1, 400] } });
    expect(svg.length / x.length).toBeLessThan(40);
    const path = parse(svg).querySelector(".scatterlayer .point");
    expect(path.getAttribute("style")).toMatch(/stroke-width: 8px; stroke-linecap: round/);
    const places = path.getAttribute("d").split("h0").slice(0, -1);
    expect(places).toHaveLength(400);
    const width = Number(parse(svg).querySelector(".bg").getAttribute("width"));
    for (const [i, place] of places.entries()) {
      expect(Math.abs(Number(place.slice(1).split(",")[0]) - ((i + 1) / 401) * width)).toBeLessThan(
        0.06,
      );
    }
  });

  it("are the same each time, so that a notebook that is run again doesn't change", {
    tags: "slow",
  }, async () => {
    const options = { data: [scatter([1, 2], [3, 4]), bars(["a"], [1])] };
    expect(await draw(options)).toBe(await draw(options));
  });

  it("leave out controls, which do nothing in an image", { tags: "slow" }, async () => {
    const svg = await draw({ ...slider("bits", [2, 3], (bits) => [line([0, 1], [0, bits])]) });
    expect(svg).not.toContain("slider");
  });

  it("stand on white, so that their colours hold on any page", { tags: "slow" }, async () => {
    const document = parse(await draw({ data: [line([0, 1], [0, 1])] }));
    const background = document.querySelector("svg > rect");
    expect(background?.getAttribute("style") ?? "").toMatch(/fill: #ffffff/);
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

describe("thin", () => {
  it("draws stairs of many points by their treads and risers alone", () => {
    const drawn = (d: string) => thin(`<path class="js-line" d="${d}"/>`).match(/ d="([^"]*)"/)![1];
    expect(drawn("M0,10H5.04V10H10V20H15V20H20V30")).toBe("M0,10H10V20H20V30");
    expect(drawn("M0,0H1.234V-2.345H3")).toBe("M0,0H1.2V-2.3H3");
  });
});
