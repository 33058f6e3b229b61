import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contrast, isHex, least, pages } from "../../src/plot/contrast.js";

const folder = new URL("../../notebooks/", import.meta.url);

/** The figures in a lesson's outputs. */
function figuresOf(file: string): any[] {
  const { cells } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  const outputs = cells.flatMap(({ outputs = [] }: any) => outputs);
  return outputs.flatMap(({ data }: any) => data?.["application/vnd.plotly.v1+json"] ?? []);
}

/** The colours of marks and of texts with the least contrast that they need. */
function coloursOf({ data, frames = [], layout }: any): [color: string, needed: number][] {
  const marks = [data, ...frames.map((frame: any) => frame.data)].flat();
  const shown = marks.filter(({ type, opacity }) => type !== "heatmap" && opacity !== 0);
  const drawn = shown.flatMap(({ line, marker, mode = "lines" }) => [
    ...(mode.includes("lines") ? [line?.color] : []),
    ...[marker?.color ?? []].flat(),
  ]);
  const texts = shown.filter(({ type, text }) => type === "scatter" && text);
  const written = [
    ...texts.map(({ textfont }) => textfont?.color),
    ...(layout.annotations ?? []).map(({ font }: any) => font?.color),
  ];
  return [
    ...drawn.filter(isHex).map((color): [string, number] => [color, least.marks]),
    ...written.filter(isHex).map((color): [string, number] => [color, least.text]),
  ];
}

describe("the figures of lesson", () => {
  const all = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
  // Outputs from before figures had shades for dark pages say nothing about the figures of today.
  const lessons = all.filter((file) => figuresOf(file).some(({ layout }) => layout.meta?.dark));

  it("00 to 03 and 05 are among those that are looked at", () => {
    const numbers = lessons.map((name) => name.slice(0, 2));
    expect(numbers).toEqual(expect.arrayContaining(["00", "01", "02", "03", "05"]));
  });

  it.each(lessons)("%s have colours with enough contrast on light and dark pages", (file) => {
    const faint = figuresOf(file).flatMap((figure, i) => {
      const dark = figure.layout.meta?.dark ?? {};
      return coloursOf(figure).flatMap(([color, needed]) => {
        const [day, night] = [
          contrast(color, pages.light),
          contrast(dark[color] ?? color, pages.dark),
        ];
        return Math.min(day, night) < needed - 0.005
          ? [`figure ${i + 1}: ${color} has ${day.toFixed(1)} and ${night.toFixed(1)}`]
          : [];
      });
    });
    expect([...new Set(faint)]).toEqual([]);
  });
});
