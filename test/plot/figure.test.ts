import { describe, expect, it } from "vitest";
import { displaySymbol, earlySymbol, type MimeBundle } from "../../src/display/mime.js";
import {
  band,
  bars,
  bitColor,
  colorOf,
  figure,
  heatmap,
  histogram,
  line,
  raster,
  right,
  scatter,
  slider,
} from "../../src/plot/index.js";

const specOf = (bundle: MimeBundle) => bundle["application/vnd.plotly.v1+json"] as any;
const early = (options: Parameters<typeof figure>[0]) => figure(options)[earlySymbol]();

describe("figure", () => {
  it("is plain JSON, whatever lists it was made of", () => {
    const bundle = early({
      data: [line(Float32Array.of(1, 2, 3), [0.5, Number.NaN, Number.POSITIVE_INFINITY])],
      layout: { annotations: [{ x: Int32Array.of(1) }] },
    });
    expect(JSON.parse(JSON.stringify(specOf(bundle)))).toEqual(specOf(bundle));
    expect(specOf(bundle).data[0]).toMatchObject({ x: [1, 2, 3], y: [0.5, null, null] });
    expect(specOf(bundle).layout.annotations[0].x).toEqual([1]);
  });

  it("flattens marks that are composed of marks", () => {
    const pair = [band([0, 1], [0, 1], [1, 2], { name: "QAT" }), line([0, 1], [0.5, 1.5])];
    expect(specOf(early({ data: [pair, [[line([0], [1])]]] })).data).toHaveLength(3);
  });

  it("describes itself in words and numbers when it isn't told how", () => {
    const shown = figure({
      title: "Recovery",
      data: [line([1, 2, 3], [0.1, 0.9, 0.8], { name: "QAT" })],
    });
    expect(shown.alt).toBe("Recovery. QAT: 3 values from 0.1 to 0.9, the last 0.8");
    expect(figure({ data: [], alt: "my words" }).alt).toBe("my words");
    const lying = { type: "bar", orientation: "h", x: [3, 5], y: ["conv", "logits"], name: "loss" };
    expect(figure({ data: [lying as never] }).alt).toMatch(
      "loss: 2 values from 3 to 5, the last 5",
    );
  });

  it("names axes with their unit, and prints shares as percent", () => {
    const { layout } = specOf(
      early({
        data: [],
        x: { title: "SQNR", unit: "dB", zero: true },
        y: { title: "accuracy", unit: "%" },
      }),
    );
    expect(layout.xaxis).toEqual({ title: { text: "SQNR (dB)" }, rangemode: "tozero" });
    expect(layout.yaxis).toEqual({ title: { text: "accuracy" }, tickformat: ".0%" });
  });

  it("writes a line's name at its right end, also when its values of x fall", () => {
    const label = (x: number[], range?: [number, number]) =>
      specOf(early({ data: [line(x, [5, 6, 7], { name: "a" })], x: { title: "bits", range } }))
        .data[0].text;
    expect(label([1, 2, 3])).toEqual(["", "", " a"]);
    expect(label([3, 2, 1])).toEqual([" a", "", ""]);
    expect(label([3, 2, 1], [4, 0])).toEqual(["", "", " a"]);
  });

  it("moves names apart that would write over each other", () => {
    const data = [line([0, 1], [0, 1], { name: "a" }), line([0, 1], [0, 0.99], { name: "b" })];
    expect(specOf(early({ data })).data.map((trace: any) => trace.textposition)).toEqual([
      "top right",
      "bottom right",
    ]);
  });

  it("lets the caller's layout win over the house style", () => {
    const { layout } = specOf(early({ data: [], layout: { margin: { l: 7 }, height: 100 } }));
    expect(layout).toMatchObject({ height: 100, margin: { l: 7, r: 24 } });
  });

  it("has a right panel for the marks that are put there, named once in its legend", () => {
    const pair = (y: number[]) => line([0, 1], y, { name: "STE", label: false });
    const { data, layout } = specOf(
      early({
        data: [pair([0, 1]), right(pair([1, 1]), [pair([1, 0])])],
        x: "x",
        y: "value",
        y2: "gradient",
        layout: { showlegend: true },
      }),
    );
    expect(data.map((trace: any) => trace.yaxis)).toEqual([undefined, "y2", "y2"]);
    expect(data.map((trace: any) => trace.showlegend)).toEqual([true, false, false]);
    expect(layout.xaxis2).toMatchObject({ title: { text: "x" }, anchor: "y2" });
    expect(layout.yaxis2).toMatchObject({ title: { text: "gradient" }, anchor: "x2" });
    expect(layout.xaxis.domain[1]).toBeLessThan(layout.xaxis2.domain[0]);
  });

  it("makes room for a legend between title and plot, for each of its rows", () => {
    const top = (names: string[]) => {
      const data = names.map((name) => scatter([0], [1], { name }));
      return specOf(early({ data, layout: { showlegend: true } })).layout.margin.t;
    };
    expect(specOf(early({ data: [scatter([0], [1], { name: "a" })] })).layout.margin.t).toBe(40);
    expect(top(["a", "b"])).toBe(68);
    expect(
      top(
        Array(8)
          .fill("a name of its own")
          .map((name, i) => name + i),
      ),
    ).toBeGreaterThan(100);
  });

  it("draws a level over bars from edge to edge, with its name beside the plot", () => {
    const names = ["W4A4", "W2A2"];
    const level = line(names, [0.97, 0.97], { name: "float", dash: "dash" });
    const { data, layout } = specOf(early({ data: [bars(names, [0.9, 0.5]), level] }));
    expect(layout.shapes).toMatchObject([{ xref: "paper", x0: 0, x1: 1, y0: 0.97, y1: 0.97 }]);
    expect(layout.annotations).toMatchObject([{ text: "float", x: 1, xanchor: "left", y: 0.97 }]);
    expect(data[1]).toMatchObject({ mode: "lines", opacity: 0 });
    const unnamed = line(names, [0.97, 0.97], { name: "float", label: false });
    const bare = specOf(early({ data: [bars(names, [0.9, 0.5]), unnamed] })).layout;
    expect([bare.shapes.length, bare.annotations]).toEqual([1, []]);
    const falling = line(names, [0.9, 0.8], { name: "float" });
    expect(specOf(early({ data: [bars(names, [0.9, 0.5]), falling] })).layout.shapes).toBe(
      undefined,
    );
  });

  it("writes many names of bars small, so that they stand side by side", () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `method ${i}`);
    const size = (count: number) =>
      specOf(early({ data: [bars(names(count), Array(count).fill(1))] })).layout.xaxis.tickfont;
    expect([size(6), size(8)]).toEqual([undefined, { size: 11 }]);
  });

  it("writes powers on a logarithmic axis, only whole ones where it spans decades", () => {
    const yaxis = (values: number[]) =>
      specOf(early({ data: [line([1, 2], values)], y: { title: "error", log: true } })).layout
        .yaxis;
    expect(yaxis([1e-5, 0])).toMatchObject({ type: "log", exponentformat: "power" });
    expect(yaxis([1e-5, 1e-2]).dtick).toBe(1);
    expect(yaxis([0.2, 0.9]).dtick).toBe(undefined);
  });

  it("keeps frames for sliders", () => {
    const parts = slider("bits", [2, 3], (bits) => [line([0], [bits])], { start: 1 });
    const spec = specOf(early({ ...parts }));
    expect(spec.frames.map(({ name }: { name: string }) => name)).toEqual(["2", "3"]);
    expect(spec.data[0].y).toEqual([3]);
    expect(() => slider("bits", [2], () => [], { start: 1 })).toThrow(/invalid start: 1/);
  });

  it("writes names in a slider's frames as in its first state", () => {
    const falling = (y: number) => [line([2, 1], [y, 2], { name: "a" })];
    const { data, frames } = specOf(early({ ...slider("y", [3, 4], falling) }));
    expect(data[0].text).toEqual([" a", ""]);
    expect(frames[1].data[0].text).toEqual([" a", ""]);
  });

  it("takes a million values without overflowing the stack", { tags: "slow" }, () => {
    const many = Float32Array.from({ length: 1e6 }, (_, i) => i);
    expect(figure({ data: [line(many, many)] }).alt).toContain("1000000 values from 0 to 999,999");
  });
});

/** The contrast of two #rrggbb colours (WCAG 2.2, "contrast ratio"). */
function contrast(a: string, b: string): number {
  const luminance = (color: string) =>
    [1, 3, 5].reduce((sum, at, i) => {
      const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      return sum + [0.2126, 0.7152, 0.0722][i]! * linear;
    }, 0);
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

describe("marks", () => {
  it("give a name with a meaning its colour, and others a free one", () => {
    expect(colorOf("PTQ")).toBe("#D55E00");
    expect(colorOf("QAT")).toBe("#0072B2");
    expect(new Set([0, 1, 2, 3].map((order) => colorOf("other", order))).size).toBe(4);
  });

  it("colour few bits dark", () => {
    const lightness = (bits: number) =>
      [1, 3, 5].reduce((sum, i) => sum + Number.parseInt(bitColor(bits).slice(i, i + 2), 16), 0);
    expect(lightness(2)).toBeLessThan(lightness(4));
    expect(lightness(4)).toBeLessThan(lightness(8));
    expect(() => bitColor(0)).toThrow("invalid bits: 0 (expected an integer from 1 to 32)");
  });

  it("histogram gives densities, of which the values outside have a share as well", () => {
    const values = [0.1, 0.2, 0.3, 5];
    const { y } = histogram(values, { bins: 2, range: [0, 1], density: true });
    expect(y).toEqual([1.5, 0]);
  });

  it("histogram counts every finite value once", () => {
    const { y, x } = histogram([0, 0.1, 0.9, 1, Number.NaN], { bins: 2 }) as {
      y: number[];
      x: number[];
    };
    expect(y.reduce((sum, count) => sum + count)).toBe(4);
    expect(x[0]).toBe(0.25);
    expect(new Set(histogram([], {}).y as number[])).toEqual(new Set([0]));
    expect(() => histogram([1], { bins: 0 })).toThrow(/invalid bins: 0/);
  });

  it("heatmap puts the first row on top and centres diverging colours on zero", () => {
    const rows = [
      [1, 2],
      [3, -4],
    ];
    expect(heatmap(rows, { diverging: true })).toMatchObject({ z: rows, zmin: -4, zmax: 4 });
    const { layout } = specOf(early({ data: [heatmap(rows)], y: "row" }));
    expect(layout.yaxis).toMatchObject({ title: { text: "row" }, autorange: "reversed" });
  });

  it("heatmap writes numbers into its cells, dark on a scale where that can be read", () => {
    for (const diverging of [false, true]) {
      const map = heatmap([[97.15, 10]], { digits: 1, diverging }) as any;
      expect(map).toMatchObject({ texttemplate: "%{z:.1f}", showscale: false });
      for (const [, color] of map.colorscale) {
        expect(contrast(color, "#111111"), color).toBeGreaterThan(4.5);
      }
    }
    expect(() => heatmap([[1]], { digits: 0.5 })).toThrow(/^invalid digits: 0.5/);
  });

  it("raster gives each code its own colour, which holds across figures", () => {
    const map = raster([Int8Array.of(0, 1, 0), [-1, Number.NaN, -1]], { codes: [-2, 1] }) as any;
    expect(map).toMatchObject({
      zmin: -2.5,
      zmax: 1.5,
      z: [
        [0, 1, 0],
        [-1, null, -1],
      ],
    });
    expect(map.colorscale).toHaveLength(8);
    expect(new Set(map.colorscale.map(([, color]: string[]) => color)).size).toBe(4);
    const { layout } = specOf(early({ data: [map], x: "step" }));
    expect(layout.yaxis.autorange).toBe("reversed");
    expect(layout.xaxis.type).toBe(undefined); // steps measure, they aren't names
  });

  it("raster refuses values that aren't codes, and more of them than a page can show", () => {
    expect(() => raster([[0.5]])).toThrow(/^invalid code: 0.5 \(expected an integer/);
    expect(() => raster([[1, 2], [1]])).toThrow(RangeError);
    expect(() => raster([new Int8Array(1001)])).toThrow(/^invalid rows: 1 of 1001 codes/);
    expect(raster([]).z).toEqual([]);
  });

  it("bars carry intervals", () => {
    expect(bars(["a"], [0.5], { interval: [0.1] })).toMatchObject({ error_y: { array: [0.1] } });
  });
});

describe("a figure without its image", () => {
  it("shows all the same, with a line why", { tags: "slow" }, async () => {
    // Here the thread that draws can't start: it needs compiled code, and these sources are not compiled.
    const bundle = await figure({ data: [line([0], [1])], alt: "words" })[displaySymbol]();
    expect(bundle["image/svg+xml"]).toBeUndefined();
    expect(bundle["text/plain"]).toMatch(/^words\n\(without a static image: /);
    expect(specOf(bundle).data).toHaveLength(1);
  });
});

it("A figure's legend takes the names from the ends of its lines", () => {
  const data = [line([0, 1], [1, 2], { name: "a" }), line([0, 1], [2, 1])];
  const ends = (legend?: boolean) => {
    const { spec } = figure({ data, ...(legend !== undefined && { legend }) });
    return [spec.data[0]!.mode, spec.data[0]!.text, spec.layout.showlegend];
  };
  expect(ends(true)).toEqual(["lines", undefined, true]);
  expect(ends()[0]).toBe("lines+text");
  expect(ends(false)[2]).toBe(false);
});
