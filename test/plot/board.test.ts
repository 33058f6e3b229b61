import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { board } from "../../src/plot/index.js";
import { installHost } from "../fixtures/host.js";

let kernel: ReturnType<typeof installHost>;

beforeEach(() => {
  kernel = installHost();
});

afterEach(() => {
  vi.restoreAllMocks();
  kernel.remove();
});

const spec = () => kernel.last()["application/vnd.plotly.v1+json"] as any;
const trace = (name: string) => spec().data.find((one: any) => one.name === name);

describe("board", () => {
  it("shows its references from the start", () => {
    board("Recovery", { references: { float: 0.97, ptq: 0.31 } });
    expect(kernel.shown).toHaveLength(1);
    expect(trace("float").y).toEqual([0.97, 0.97]);
    expect(trace("PTQ").line).toMatchObject({ dash: "dash", color: "#D55E00" });
    expect(spec().layout.yaxis.tickformat).toBe(".0%");
  });

  it("draws a reference in grey whose name has no colour, so that no series looks like it", async () => {
    const shown = board("A die", { references: { expected: 3.5 } });
    shown.push({ throws: 1, mean: 2 });
    await shown.done();
    expect(trace("expected").line.color).toBe("#767676");
    expect(trace("mean").line.color).not.toBe("#767676");
  });

  it("makes its display at the first push, when it has no references", () => {
    const shown = board("Training");
    expect(kernel.shown).toHaveLength(0);
    shown.push({ epoch: 1, loss: 2 });
    expect(kernel.shown).toHaveLength(1);
  });

  it("updates one display and drops no final state", async () => {
    const shown = board("Training");
    for (let epoch = 0; epoch < 100; epoch++) shown.push({ epoch, loss: 1 / (epoch + 1) });
    await kernel.endCell();
    expect(trace("loss").x).toHaveLength(100);
    expect(new Set(kernel.shown.map(({ displayId }) => displayId)).size).toBe(1);
    expect(kernel.last()["text/plain"]).toMatch(/^Training: epoch 99, loss 0\.01/);
  });

  it("puts losses in a panel of their own, and starts a series for a new key", async () => {
    const shown = board("Training");
    shown.push({ epoch: 1, loss: 2, accuracy: 0.5 });
    shown.push({ epoch: 2, loss: 1, accuracy: 0.6, "validation accuracy": 0.55 });
    await shown.done();
    expect(trace("loss").xaxis).toBeUndefined();
    expect(trace("training")).toMatchObject({ xaxis: "x2", x: [1, 2], y: [0.5, 0.6] });
    expect(trace("validation")).toMatchObject({ xaxis: "x2", x: [2], y: [0.55] });
    expect(spec().layout.yaxis2.title.text).toBe("accuracy");
  });

  it("leaves the lines' ends without names when it is told so", async () => {
    const shown = board("Scales", { labels: false });
    shown.push({ step: 1, conv: 0.1, logits: 0.2 });
    await shown.done();
    expect(spec().data.map(({ name, text }: any) => [name, text])).toEqual([
      ["conv", undefined],
      ["logits", undefined],
    ]);
  });

  it("names lines in a legend when it is told so", async () => {
    const shown = board("Race", { labels: "legend", references: { float: 0.9 } });
    shown.push({ epoch: 1, ste: 0.1, ewgs: 0.2 });
    await shown.done();
    expect(spec().layout.showlegend).toBe(true);
    const lines = ["ste", "ewgs"].map((name) => trace(name));
    expect(lines.map(({ text, showlegend }) => [text, showlegend])).toEqual([
      [undefined, true],
      [undefined, true],
    ]);
  });

  it("draws a value that isn't finite as a gap, and leaves out an undefined value", async () => {
    const shown = board("Training");
    shown.push({ step: 0, loss: Number.NaN, other: undefined });
    shown.push({ step: 1, loss: Number.POSITIVE_INFINITY });
    shown.push({ step: 2, loss: 1 });
    await shown.done();
    expect(spec().data).toHaveLength(1);
    expect(trace("loss").y).toEqual([null, null, 1]);
  });

  it("draws intervals as bands", async () => {
    const shown = board("Five seeds");
    shown.push({ epoch: 1, qat: { mean: 0.5, low: 0.4, high: 0.6 } });
    shown.push({ epoch: 2, qat: { mean: 0.8, low: 0.7, high: 0.9 } });
    await shown.done();
    expect(spec().data[0]).toMatchObject({ fill: "toself", y: [0.4, 0.7, 0.9, 0.6] });
    expect(trace("QAT").y).toEqual([0.5, 0.8]);
  });

  it("takes the first pushed key for the horizontal axis, or the one it is told", async () => {
    const first = board("a");
    first.push({ step: 10, loss: 1 });
    await first.done();
    expect(trace("loss").x).toEqual([10]);
    const told = board("b", { x: "bits" });
    told.push({ loss: 1, bits: 4 });
    await told.done();
    expect(trace("loss").x).toEqual([4]);
    expect(spec().layout.xaxis.title.text).toBe("bits");
  });

  it("refuses a reference that isn't a number", () => {
    expect(() => board("a", { references: { ptq: Number.NaN } })).toThrow(
      "invalid reference ptq: NaN (expected a finite number)",
    );
  });

  it("updates rarely when drawing is slow: at most a hundredth of the time goes into updates", () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const display = kernel.host.display;
    kernel.host.display = (...args) => {
      display(...args);
      now += 20; // a slow front end
    };
    const shown = board("Training");
    let updates = 0;
    for (let step = 0; step < 2000; step++) {
      shown.push({ step, loss: 1 });
      now += 10;
      updates = kernel.shown.length;
    }
    expect((updates * 20) / now).toBeLessThan(0.02);
    expect(updates).toBeGreaterThan(5);
  });
});
