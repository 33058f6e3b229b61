import { describe, expect, it } from "vitest";
import { bars, figure, line, panels, slider } from "../../src/plot/index.js";
import { still } from "../../src/plot/static/still.js";

const curves = (name: string) => [
  line([0, 1], [0, name.length], { name: "slope" }),
  line([0, 1], [1, 1], { name: "truth", dash: "dash" }),
];

describe("panels", () => {
  it("give each name a panel with the axes of the first", () => {
    const { spec } = figure({ ...panels(["a", "bb", "ccc", "d"], curves), x: "value", y: "slope" });
    expect(spec.data.map(({ xaxis, yaxis }) => [xaxis, yaxis])).toEqual(
      ["", 2, 3, 4].flatMap((id) =>
        id === "" ? Array(2).fill([undefined, undefined]) : Array(2).fill([`x${id}`, `y${id}`]),
      ),
    );
    const { layout } = spec as any;
    expect(layout.xaxis4).toMatchObject({ matches: "x", anchor: "y4" });
    expect(layout.xaxis2.domain[0]).toBeGreaterThan(layout.xaxis.domain[1]);
    expect(layout.yaxis4.domain[1]).toBeLessThan(layout.yaxis.domain[0]);
    expect(layout.annotations.map(({ text }: any) => text)).toEqual(
      ["a", "bb", "ccc", "d", "value", "slope"], // biome-ignore format: one list
    );
  });

  it("write long names of bars small where they would touch each other", () => {
    const named = (names: string[]) =>
      panels(["a", "b"], () => [
        bars(
          names,
          names.map(() => 1),
        ),
      ]);
    const size = (names: string[]) => (figure(named(names)).spec.layout as any).xaxis.tickfont;
    expect(size(["conv", "depthwise", "pointwise", "logits"])).toEqual({ size: 10 });
    expect(size(["W2", "W4"])).toBeUndefined();
  });

  it("have the titles that are asked for", () => {
    const small = panels([2, 4], (bits) => [line([1, 2], (x) => bits * x)], {
      title: (bits) => `${bits} bits`,
    });
    expect(small.panels.names).toEqual(["2 bits", "4 bits"]);
    expect(small.data[1]!.y).toEqual([4, 8]);
  });

  it("name marks once in a legend, and write no names into the panels", () => {
    const { data, layout } = figure({ ...panels(["a", "b"], curves) }).spec as any;
    expect(layout.showlegend).toBe(true);
    expect(data.map(({ showlegend }: any) => showlegend)).toEqual([true, true, false, false]);
    expect(data.every(({ mode }: any) => mode === "lines")).toBe(true);
  });

  it("refuse what they can't draw", () => {
    expect(() => panels([], curves)).toThrow("invalid names: none (expected at least one)");
    expect(() => panels(["a"], curves, { columns: 0 })).toThrow("invalid columns: 0");
  });
});

describe("the still image of a slider", () => {
  const stillOf = (values: number[], extra = {}) =>
    still(
      figure({
        ...slider("bits", values, (bits) => [line([0, 1], [0, bits], { name: "codes" })]),
        ...extra,
      }).spec,
    ) as any;
  const titles = ({ layout }: any) => layout.annotations.map(({ text }: any) => text);

  it("shows up to four states side by side", () => {
    expect(titles(stillOf([2, 3, 4], { x: "value" }))).toEqual([
      "bits: 2",
      "bits: 3",
      "bits: 4",
      "value",
    ]);
    expect(stillOf([2, 3, 4]).data.map(({ y }: any) => y[1])).toEqual([2, 3, 4]);
  });

  it("shows the first, the last and two between of more states", () => {
    expect(titles(stillOf([1, 2, 3, 4, 5, 6, 7]))).toEqual(
      ["bits: 1", "bits: 3", "bits: 5", "bits: 7"], // biome-ignore format: one list
    );
  });

  it("shows the first state alone where the states have several panels of their own", () => {
    const two = slider("bits", [2, 3], (bits) => [
      { ...line([0, 1], [0, bits]), xaxis: "x2", yaxis: "y2" },
    ]);
    expect(still(figure(two).spec).data).toHaveLength(1);
  });
});
