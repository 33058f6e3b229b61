import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { proportion } from "../../src/statistics/proportion.js";
import { digits, trainedMlp } from "../fixtures/index.js";

const { tf } = q;

/** A model that answers with what its table says of an example's number. */
function answering(answers: number[]): q.tf.LayersModel {
  const table = tf.oneHot(tf.tensor1d(answers, "int32"), 3).toFloat();
  const layer = tf.layers.dense({
    units: 3,
    useBias: false,
    inputShape: [answers.length],
    weights: [table],
  });
  return tf.sequential({ layers: [layer] });
}

const labels = [0, 1, 2, 0, 1, 2, 0, 1];
const data = new q.Dataset(tf.eye(8), tf.tensor1d(labels, "int32"), {
  classes: 3,
  provenance: { name: "numbers", source: "made up", licence: "CC0" },
});

describe("q.analysis.churn", () => {
  it("counts predictions that changed, and those that became wrong or right", () => {
    const before = answering([0, 1, 2, 0, 0, 0, 0, 0]); // wrong at 4, 5, 7
    const now = answering([0, 2, 1, 1, 1, 1, 0, 0]); // flips: −1, −2, −3, +4, 5 wrong twice
    const result = q.analysis.churn(before, now, data);
    const { changed, negativeFlips, positiveFlips } = result;
    expect([changed, negativeFlips, positiveFlips].map(({ count }) => count)).toEqual([5, 3, 1]);
    expect(result.rows.map(({ examples }) => examples)).toEqual([5, 3, 1, 1]);
    expect(changed.share).toBe(5 / 8);
    expect(result.table["share (%)"].values).toEqual([62.5, 37.5, 12.5, 12.5]);
    expect(String(result)).toContain("62.5 % of the predictions changed: 37.5 %");
  });

  it("is the difference of two accuracies: negative less positive flips", {
    tags: "slow",
  }, async () => {
    const { train, test } = await digits();
    const model = await trainedMlp();
    const scheme = q.scheme({ weights: q.int(2), activations: q.uint(2) });
    const ptq = await q.quantize(model, scheme, { calibration: train.take(64) });
    const { changed, negativeFlips, positiveFlips } = q.analysis.churn(model, ptq, test);
    expect(changed.share).toBeGreaterThan(0.02);
    expect(negativeFlips.share - positiveFlips.share).toBeCloseTo(
      q.accuracy(model, test) - q.accuracy(ptq, test),
      10,
    );
  });

  it("has Wilson's intervals", () => {
    // scipy 1.17.1: binomtest(count, of).proportion_ci(0.95, method="wilson")
    const expected: [number, number, number, number][] = [
      [0, 600, 0, 0.00636170101370071],
      [9, 600, 0.007911242967693506, 0.028259607015596183],
      [22, 600, 0.024336895975690734, 0.05489161363033859],
      [300, 600, 0.4601198639241893, 0.5398801360758106],
      [7, 20, 0.1811918241010821, 0.5671457233147637],
      [20, 20, 0.8388748419471808, 1],
    ];
    for (const [count, of, low, high] of expected) {
      expect(proportion(count, of).low).toBeCloseTo(low, 12);
      expect(proportion(count, of).high).toBeCloseTo(high, 12);
    }
  });

  it("draws each interval from its low to its high end", () => {
    const { figure, rows } = q.analysis.churn(answering(labels), answering(labels), data);
    const [bars] = figure.spec.data as unknown as {
      error_x: { array: number[]; arrayminus: number[] };
    }[];
    expect(bars!.error_x.array[0]).toBeCloseTo(rows[0]!["high (%)"] / 100, 12);
    expect(bars!.error_x.arrayminus[0]).toBe(0);
  });

  it("refuses models for other classes or examples", () => {
    const other = q.models.mlp({ inputShape: [8, 8, 1], classes: 3 });
    expect(() => q.analysis.churn(other, answering(labels), data)).toThrow(
      "invalid data: examples",
    );
    const two = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [8] })] });
    expect(() => q.analysis.churn(answering(labels), two, data)).toThrow("3 classes");
  });
});
