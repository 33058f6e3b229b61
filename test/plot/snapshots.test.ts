/**
 * The specification that each mark and each figure of the house has, one JSON file a figure in `snapshots/`: a change
 * of style or layout shows itself there, line by line. When a change is meant, `npx vitest run test/plot/snapshots
 * --update` writes the files anew; look at their difference before it is committed.
 *
 * Numbers have four significant digits, so that the last bits of another processor don't count.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Assignments } from "../../src/analysis/mixedPrecision/assignments.js";
import { Sensitivity } from "../../src/analysis/sensitivity/sensitivityResult.js";
import * as q from "../../src/index.js";
import { cnn, generator, installHost } from "../fixtures/index.js";

const { tf } = q;
const { band, bars, figure, heatmap, histogram, line, raster, right, scatter, slider } = q.plot;

const x = [1, 2, 3, 4];
const random = generator(1);
const drawn = Array.from({ length: 40 }, () => random() + random() - 1);

/** Each figure of the house by its name: the marks one by one, then those that analyses draw. */
const figures: Record<string, () => q.plot.Figure> = {
  line: () =>
    figure({
      title: "A line and a reference",
      data: [
        line(x, [0.2, 0.5, 0.8, 0.9], { name: "QAT", markers: true }),
        line(x, [0.9, 0.9, 0.9, 0.9], { name: "float", dash: "dash" }),
      ],
      x: "epoch",
      y: { title: "accuracy", unit: "%" },
    }),
  scatter: () =>
    figure({
      data: [scatter(x, [4, 1, 3, 2], { name: "weights", size: 8 })],
      x: "step",
      y: { title: "code", zero: true },
    }),
  bars: () =>
    figure({
      data: [
        bars(["W8A8", "W2A2"], [95, 31], { name: "PTQ" }),
        bars(["W8A8", "W2A2"], [96, 88], { name: "QAT" }),
      ],
      y: { title: "accuracy (%)", range: [0, 100] },
    }),
  band: () =>
    figure({
      data: [
        band(x, [1, 2, 2, 3], [3, 3, 4, 4], { name: "QAT" }),
        line(x, [2, 2.5, 3, 3.5], { name: "QAT" }),
      ],
    }),
  histogram: () => figure({ data: [histogram(drawn, { name: "weights" })], x: "value" }),
  heatmap: () =>
    figure({
      data: [heatmap([[97.2, 31.5], [96.1, 88.4]], { x: [4, 2], y: ["PTQ", "QAT"], digits: 1 })], // biome-ignore format: rows of a matrix
    }),
  raster: () =>
    figure({
      data: [raster([[0, 1, 0, 1], [2, 2, 2, 2]], { codes: [-4, 3] })], // biome-ignore format: rows of a matrix
      x: "step",
    }),
  "two panels": () =>
    figure({
      data: [line(x, [4, 3, 2, 1], { name: "loss" }), right(line(x, x, { name: "accuracy" }))],
      x2: "epoch",
      y2: "accuracy",
    }),
  slider: () =>
    figure({
      ...slider("bits", [2, 3], (bits) => [line([0, 1], [0, 2 ** bits - 1], { name: "codes" })]),
      title: "Codes",
    }),
  sensitivity: () => {
    const row = (layer: string, part: "weights" | "activations", bits: number, loss: number) => ({
      layer,
      part,
      bits,
      loss: 0.2 + loss,
      "loss increase": loss,
      accuracy: 0.9,
      "accuracy drop (points)": 10 * loss,
    });
    const rows = [
      row("conv", "weights", 2, 0.5),
      row("conv", "weights", 4, 0.1),
      row("relu", "activations", 4, 0.2),
    ];
    const scheme = q.scheme({ weights: q.int(4), activations: q.uint(4) });
    return new Sensitivity(rows as never, { loss: 0.2, accuracy: 0.95 } as never, scheme).figure;
  },
  assignments: () => {
    const row = (bytes: number, loss: number) => ({
      bytes,
      loss,
      predicted: loss,
      "accuracy (%)": 100 - 10 * loss,
    });
    return new Assignments([row(100, 3), row(150, 1), row(200, 2), row(300, 0.5)] as never).figure;
  },
  cost: () => q.analysis.cost(cnn()).figure,
  churn: () => {
    /** A model that answers example i with the i-th of these. */
    const answering = (answers: number[]) => {
      const weights = [tf.oneHot(tf.tensor1d(answers, "int32"), 3).toFloat()];
      const options = { units: 3, useBias: false, inputShape: [answers.length], weights };
      return tf.sequential({ layers: [tf.layers.dense(options)] });
    };
    const labels = [0, 1, 2, 0, 1, 2, 0, 1];
    const data = q.dataset(tf.eye(8) as q.tf.Tensor2D, labels);
    const before = answering([0, 1, 2, 0, 0, 0, 0, 0]);
    return q.analysis.churn(before, answering([0, 2, 1, 1, 1, 1, 0, 0]), data).figure;
  },
  "gradient field": () =>
    q.analysis.gradientField({ estimators: ["ste", "clippedSte", "none"], points: 9 }).figure,
  "calibration board": () => {
    const board = q.calibration.board("Values", q.int(3), { methods: ["minmax", "mse"] });
    board.observe(drawn);
    return board.figure();
  },
};

/** A specification as JSON, lists of numbers on one line; the house's template, which all have, has its own file. */
function written({ layout: { template: _, ...layout }, ...spec }: q.plot.FigureSpec): string {
  return json({ ...spec, layout });
}

function json(value: unknown): string {
  const short = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  const text = JSON.stringify(value, short, 1);
  return `${text.replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s*\n\s*/g, " "))}\n`;
}

describe("the specification as its snapshot has it", () => {
  let host: ReturnType<typeof installHost>;
  beforeAll(() => {
    host = installHost();
  });
  afterAll(() => host.remove());

  it.each(Object.entries(figures))("of %s", async (name, draw) => {
    const path = `./snapshots/${name.replaceAll(" ", "-")}.json`;
    await expect(written(draw().spec)).toMatchFileSnapshot(path);
  });

  it("of the style that all figures share", async () => {
    const { template } = figure({ data: [] }).spec.layout;
    await expect(json(template)).toMatchFileSnapshot("./snapshots/style.json");
  });

  it("of a board, after two epochs", async () => {
    const board = q.plot.board("Recovery", { references: { float: 0.97, ptq: 0.31 } });
    board.push({ epoch: 1, loss: 2, accuracy: 0.5 });
    board.push({ epoch: 2, loss: 1, accuracy: 0.75, "validation accuracy": 0.7 });
    await board.done();
    const spec = host.last()["application/vnd.plotly.v1+json"] as q.plot.FigureSpec;
    await expect(written(spec)).toMatchFileSnapshot("./snapshots/board.json");
  });
});
