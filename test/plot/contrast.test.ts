import { describe, expect, it } from "vitest";
import { contrast, least, pages, readableOn } from "../../src/plot/contrast.js";
import { bars, bitColor, colorOf, colors, figure, line } from "../../src/plot/index.js";
import { template } from "../../src/plot/theme.js";

describe("contrast", () => {
  it("has the ratios of WCAG's own examples", () => {
    expect(contrast("#000000", "#ffffff")).toBe(21);
    expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2); // WebAIM's checker
    expect(contrast("#0000ff", "#ffffff")).toBeCloseTo(8.59, 2);
  });

  it("leaves a colour that can be read as it is, and changes another no more than it must", () => {
    expect(readableOn("#0072B2", "#ffffff", 4.5)).toBe("#0072B2");
    const found = readableOn("#E69F00", "#ffffff", 4.5);
    expect(contrast(found, "#ffffff")).toBeGreaterThanOrEqual(4.5);
    expect(contrast(found, "#ffffff")).toBeLessThan(4.6);
  });
});

const bits = [1, 2, 3, 4, 5, 6, 7, 8];
const unnamed = [0, 1, 2, 3].map((order) => ["", colorOf("", order)]);
const palette = [
  ...Object.entries(colors),
  ...unnamed,
  ...bits.map((width) => [`${width} bits`, bitColor(width)]),
] as [string, string][];

describe("the palette", () => {
  it("has marks with a contrast of 3:1 on white, and on the dark page in their dark shades", () => {
    for (const [name, color] of palette) {
      expect(contrast(color, pages.light), name).toBeGreaterThanOrEqual(least.marks);
      const { data, layout } = figure({ data: [bars(["a"], [1], { color })] }).spec as any;
      const shade = layout.meta?.dark[data[0].marker.color] ?? data[0].marker.color;
      expect(contrast(shade, pages.dark), `${name}, dark`).toBeGreaterThanOrEqual(least.marks);
    }
  });

  it("has names with a contrast of 4.5:1 on both pages", () => {
    for (const [name, color] of palette) {
      const mark = line([0, 1], [0, 1], { name: "a name", color });
      const { data, layout } = figure({ data: [mark] }).spec as any;
      const text = data[0].textfont.color;
      expect(contrast(text, pages.light), name).toBeGreaterThanOrEqual(least.text);
      const shade = layout.meta?.dark[text] ?? text;
      expect(contrast(shade, pages.dark), `${name}, dark`).toBeGreaterThanOrEqual(least.text);
    }
  });

  it("has a grey for axes and titles that can be read on white", () => {
    const { color } = template.layout.font;
    expect(contrast(color, pages.light)).toBeGreaterThanOrEqual(least.text);
  });

  it("tells neighbouring widths in bits apart, and keeps few bits dark", () => {
    const onWhite = bits.map((width) => contrast(bitColor(width), pages.light));
    expect(onWhite).toEqual(onWhite.toSorted((a, b) => b - a));
  });
});
