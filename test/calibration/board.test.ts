import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Displayable, displaySymbol } from "../../src/display/mime.js";
import * as q from "../../src/index.js";
import { installHost } from "../fixtures/host.js";
import { draw } from "../fixtures/samples.js";

const plotly = "application/vnd.plotly.v1+json";
const values = draw("bell", 41, 5000);
let kernel: ReturnType<typeof installHost>;

beforeEach(() => {
  kernel = installHost();
});
afterEach(() => kernel.remove());

const lines = (spec: any, name: string) => spec.data.filter((one: any) => one.name === name);

describe("a calibration board", () => {
  it("follows the stream in one display, and ends with what the observers find", async () => {
    const methods = [
      "minmax",
      "movingAverage",
      "mse",
      { name: "percentile", percentile: 99 },
    ] as const;
    const board = q.calibration.board("Bell", q.int(4), { methods });
    const observers = methods.map((method) => q.observer(method));
    for (let i = 0; i < values.length; i += 500) {
      const batch = values.subarray(i, i + 500);
      board.observe(batch);
      for (const one of observers) one.observe(batch);
    }
    await kernel.endCell();
    expect(new Set(kernel.shown.map(({ displayId }) => displayId)).size).toBe(1);
    const found = board.ranges();
    expect(Object.keys(found)).toEqual(["minmax", "movingAverage", "mse", "percentile 99"]);
    expect(Object.values(found)).toEqual(observers.map((one) => one.range(q.int(4))));
    const spec = kernel.last()[plotly] as any;
    const mse = lines(spec, "mse")[0];
    for (const x of mse.x) expect(x).toBeCloseTo(found.mse!.max, 5);
    expect(mse.line.color).toBe("#D55E00");
    expect(lines(spec, "percentile 99")[0].line.color).toBe("#CC79A7");
    expect(spec.layout.yaxis.type).toBe("log");
    const counted = spec.data[0].y.reduce((a: number, b: number) => a + b, 0);
    expect(counted).toBe(5000);
    expect(kernel.last()["text/plain"]).toMatch(/^Bell, ranges for int4.*5,000 values from −/);
  });

  it("tabulates scale, clipped share and SQNR, as the values themselves give them", {
    tags: "slow",
  }, () => {
    const board = q.calibration.board("Bell", q.int(6), { methods: ["minmax", "octav"] });
    board.observe(q.tf.tensor1d(values));
    const rows = board.table().values as (string | number)[][];
    expect(board.table().columns).toEqual([
      "method",
      "min",
      "max",
      "scale",
      "clipped (%)",
      "SQNR (dB)",
    ]);
    for (const [method, min, max, scale, clipped, sqnr] of rows as [string, ...number[]][]) {
      const range = board.ranges()[method]!;
      expect([min, max]).toEqual([range.min, range.max].map((end) => Number(end.toPrecision(5))));
      expect(scale).toBeCloseTo((range.max - range.min) / 63, 4);
      const outside = values.filter((value) => value < range.min || value > range.max).length;
      expect(Math.abs(clipped! - (100 * outside) / values.length)).toBeLessThan(0.05);
      const rounded = q.tf.tidy(() => q.fakeQuantize(values, q.int(6), range).dataSync());
      const noise = values.reduce((sum, value, i) => sum + (value - rounded[i]!) ** 2, 0);
      const signal = values.reduce((sum, value) => sum + value ** 2, 0);
      expect(Math.abs(sqnr! - 10 * Math.log10(signal / noise))).toBeLessThan(0.02);
    }
  });

  it("shows itself before anything came, and for nothing but zeros or one constant", async () => {
    for (const list of [[], [0, 0], [3, 3]]) {
      const board = q.calibration.board("Few", q.uint(4));
      board.observe(list);
      await board.done();
      expect((kernel.last()[plotly] as any).data.length).toBe(list.length > 0 ? 5 : 1);
      if (list.length > 0) expect(board.ranges().mse).toEqual({ min: 0, max: list[0] });
      else expect(() => board.ranges()).toThrow("nothing observed");
    }
  });
});

describe("a figure of observers", () => {
  it("marks both ends of a range, and only the upper one where the lower is 0", {
    tags: "slow",
  }, () => {
    const observers = {
      minmax: q.observer("minmax"),
      kl: q.observer("kl"),
      own: q.observer("mse"),
    };
    for (const one of Object.values(observers)) one.observe(values);
    const both = q.calibration.figure(observers, q.int(8));
    expect(both.spec.data).toHaveLength(1 + 2 * 3);
    const relu = { mse: q.observer("mse") };
    relu.mse.observe(draw("relu", 42, 1000));
    expect(q.calibration.figure(relu, q.uint(8)).spec.data).toHaveLength(2);
  });

  it("asks for an observer that keeps a histogram", () => {
    const minmax = q.observer("minmax");
    minmax.observe([1]);
    expect(() => q.calibration.figure({ minmax }, q.int(8))).toThrow("none keeps a histogram");
  });
});

it("an observer shows the histogram that it keeps", async () => {
  const seen = q.observer("kl");
  seen.observe(values);
  const bundle = await (seen as unknown as Displayable)[displaySymbol]();
  expect(bundle["text/plain"]).toMatch(/^Observed values. 5,000 values from −/);
});
