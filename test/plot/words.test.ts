import { describe, expect, it } from "vitest";
import {
  assignColors,
  bars,
  board,
  colorOf,
  figure,
  heatmap,
  line,
  right,
} from "../../src/plot/index.js";

const dataOf = (options: Parameters<typeof figure>[0]) => figure(options).spec.data as any[];

describe("the pointer", () => {
  it("reads both quantities with their units, three digits each", () => {
    const mark = line([0.5, 1.5], [1 / 3, 2], { name: "QAT" });
    const [{ hovertemplate }] = dataOf({
      data: [mark],
      x: "epoch",
      y: { title: "SQNR", unit: "dB" },
    }) as [any];
    expect(hovertemplate).toBe("epoch %{x:.3~r}<br>SQNR %{y:.3~r} dB<extra>QAT</extra>");
  });

  it("reads whole numbers in full, names as they are, and shares in percent", () => {
    const [one, two] = dataOf({
      data: [bars(["W4A4"], [0.91]), right(line([1234, 5678], [1, 2]))],
      y: { title: "accuracy", unit: "%" },
      y2: "loss",
    }) as [any, any];
    expect(one.hovertemplate).toBe("%{x}<br>accuracy %{y:.1%}<extra></extra>");
    expect(two.hovertemplate).toBe("%{x}<br>loss %{y}<extra></extra>");
  });

  it("reads a cell of a matrix with the name of its quantity", () => {
    const [cell] = dataOf({ data: [heatmap([[1 / 3]], { title: "loss" })] }) as [any];
    expect(cell.hovertemplate).toBe("%{y}, %{x}<br>loss %{z:.3~r}<extra></extra>");
  });

  it("keeps the words that a mark has for it", () => {
    const mark = { ...line([0], [1]), hovertemplate: "mine" };
    expect(dataOf({ data: [mark] })[0].hovertemplate).toBe("mine");
  });
});

describe("assignColors", () => {
  it("gives a name one colour in all figures", () => {
    const given = assignColors(["TensorFlow", "PyTorch", "ptq"]);
    expect(new Set(Object.values(given)).size).toBe(3);
    expect(given.ptq).toBe(colorOf("ptq"));
    expect(assignColors(["PyTorch"])).toEqual({ PyTorch: given.PyTorch });
    expect(dataOf({ data: [line([0], [1], { name: "PyTorch" })] })[0].line.color).toBe(
      given.PyTorch,
    );
  });

  it("refuses what isn't a list of names", () => {
    expect(() => assignColors("PyTorch" as never)).toThrow("invalid names: PyTorch");
  });
});

describe("line", () => {
  it("draws stairs where it is told to", () => {
    expect(line([0, 1], [0, 1], { shape: "hv" }).line).toMatchObject({ shape: "hv" });
    expect(line([0, 1], [0, 1]).line).not.toHaveProperty("shape");
    expect(() => line([0, 1], [0, 1], { shape: "stairs" as never })).toThrow(
      'invalid shape: stairs (expected "linear", "hv" or "hvh")',
    );
  });
});

describe("names at lines' ends", () => {
  it("are spread where more than two would lie on each other", () => {
    const data = [0.5, 0.501, 0.502, 0.503].map((y, i) =>
      line([0, 1], [i === 0 ? 0 : y, y], { name: `name ${i}` }),
    );
    const { layout } = figure({ data }).spec as any;
    const tops = layout.annotations.map(({ y, yshift }: any) => y * (262 / 0.503) + yshift);
    const sorted = tops.toSorted((a: number, b: number) => a - b);
    expect(sorted).toHaveLength(4);
    for (const [i, top] of sorted.entries()) {
      if (i > 0) expect(top - sorted[i - 1]).toBeGreaterThan(14);
    }
  });

  it("are moved apart where a logarithmic axis brings them together", () => {
    const data = [0.1, 0.07].map((y) => line([0, 1], [0.01, y], { name: `to ${y}` }));
    const places = (y: object) =>
      figure({ data, y: { title: "error", ...y } }).spec.data.map((mark: any) => mark.textposition);
    const range: [number, number] = [0.0005, 1];
    expect(places({ log: true, range })).toEqual(["top right", "bottom right"]);
    expect(places({})).toEqual(["middle right", "middle right"]);
  });

  it("stay at their ends where there is room", () => {
    const data = [0, 0.5, 1].map((y) => line([0, 1], [0, y], { name: `to ${y}` }));
    expect(figure({ data }).spec.layout.annotations).toBe(undefined);
  });
});

describe("a board", () => {
  it("says what it waits for until the first values come", () => {
    const recovery = board("Recovery", { waiting: "the float model is training" });
    const { layout } = recovery.figure().spec as any;
    expect(layout.annotations[0].text).toBe("waiting: the float model is training …");
    expect(layout.xaxis.showticklabels).toBe(false);
    recovery.push({ epoch: 1, accuracy: 0.5 });
    expect(recovery.figure().spec.layout.annotations).toBe(undefined);
  });

  it("names an estimator as it is called in code, and draws codes as stairs", () => {
    const codes = board("Codes", { stairs: ["clippedSte"] });
    codes.push({ step: 1, clippedSte: 1 });
    codes.push({ step: 2, clippedSte: 2, latentWeight: 0.5 });
    const [first, second] = codes.figure().spec.data as any[];
    expect([first.name, first.line.shape]).toEqual(["clippedSte", "hv"]);
    expect(second.name).toBe("latent weight");
  });
});
