import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { falsePositives } from "../../src/robustness/confidence/outside.js";
import { binned, calibrationError } from "../../src/robustness/confidence/reliability.js";
import { blurred, pixelated, rotated, shifted } from "../../src/robustness/shift/filters.js";
import type { Image } from "../../src/robustness/shift/image.js";
import { any, digits, trainedCnn } from "../fixtures/index.js";

const { tf, robustness } = q;
const golden = JSON.parse(
  readFileSync(new URL("../golden/shift.json", import.meta.url), "utf8"),
) as {
  image: number[];
  filters: {
    blurred: [number, number[]][];
    shifted: [number, number, number[]][];
    rotated: [number, number[]][];
    pixelated: [number, number, number[]][];
  };
  confidence: number[];
  right: number[];
  ece: number;
  inside: number[];
  outside: number[];
  fpr: number;
};

let test: q.Dataset;
let cnn: q.tf.LayersModel;
let coarse: q.tf.LayersModel;
beforeAll(async () => {
  const parts = await digits();
  test = parts.test.take(120);
  cnn = await trainedCnn();
  const scheme = q.scheme({ weights: q.int(2, { per: "channel" }), activations: q.uint(3) });
  coarse = await q.prepare(cnn, scheme, { calibration: parts.train.take(64) });
});
afterAll(() => test.dispose());

describe("the filters of corruptions", () => {
  const image: Image = {
    values: Float32Array.from(golden.image),
    height: 8,
    width: 6,
    channels: 1,
  };
  const same = (found: Image, values: number[]) => {
    const differences = values.map((value, i) => Math.abs(value - found.values[i]!));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  };

  it("blur, shift and turn as SciPy's do, and average as scikit-image's blocks", () => {
    const { filters } = golden;
    for (const [sigma, values] of filters.blurred) same(blurred(image, sigma), values);
    for (const [down, right, values] of filters.shifted) {
      same(shifted(image, down, right, 0.25), values);
    }
    for (const [degrees, values] of filters.rotated) same(rotated(image, degrees, 0.25), values);
    for (const [rows, columns, values] of filters.pixelated) {
      same(pixelated(image, rows, columns), values);
    }
  });

  it("keep the mean where cells don't divide the image", () => {
    const { values } = pixelated(image, 3, 4);
    expect(new Set(values).size).toBe(12);
    expect(values[0]).toBeCloseTo(
      (golden.image[0]! +
        golden.image[6]! +
        (2 / 3) * golden.image[12]! +
        0.5 * golden.image[1]! +
        0.5 * golden.image[7]! +
        (1 / 3) * golden.image[13]!) /
        4,
      6,
    );
  });
});

describe("q.robustness.corrupt", () => {
  it("makes images of the same shape and range, the stronger the further away", () => {
    for (const name of robustness.corruptionNames()) {
      const far = [1, 3, 5].map((severity) => {
        const spoiled = robustness.corrupt(test, name, { severity });
        expect(spoiled.xs.shape).toEqual(test.xs.shape);
        expect(spoiled.provenance.preprocessing).toContain(`${name} of severity ${severity} by`);
        const values = spoiled.xs.dataSync();
        expect(values.every((value: number) => value >= 0 && value <= 1)).toBe(true);
        const distance = tf.tidy(() => spoiled.xs.sub(test.xs).square().mean().dataSync()[0]!);
        spoiled.dispose();
        return distance as unknown as number;
      });
      expect(far[0], name).toBeGreaterThan(1e-5);
      expect(far, name).toEqual(far.toSorted((a, b) => a - b));
    }
  });

  it("is decided by the seed", () => {
    const values = (seed: number) => {
      const spoiled = robustness.corrupt(test, "noise", { seed });
      const all = Array.from(spoiled.xs.dataSync());
      spoiled.dispose();
      return all;
    };
    expect(values(1)).toEqual(values(1));
    expect(values(1)).not.toEqual(values(2));
  });

  it("adds noise of the stated strength", () => {
    const half = q.dataset(tf.fill([50, 8, 8, 1], 0.5), new Array(50).fill(0), { classes: 2 });
    const spoiled = robustness.corrupt(half, "noise", { severity: 1 });
    const { mean, variance } = tf.moments(spoiled.xs);
    expect(mean.dataSync()[0]).toBeCloseTo(0.5, 2);
    expect(Math.sqrt(variance.dataSync()[0]!)).toBeCloseTo(0.08, 2);
  });

  it("takes images of other sizes, without a channel, and in colour", () => {
    for (const shape of [
      [5, 9],
      [3, 3, 3],
    ]) {
      const few = q.dataset(tf.ones([2, ...shape]), [0, 1]);
      for (const name of robustness.corruptionNames()) {
        expect(robustness.corrupt(few, name, { severity: 5 }).xs.shape).toEqual([2, ...shape]);
      }
    }
  });

  it("refuses what it can't spoil", () => {
    const rows = q.dataset(
      [
        [0, 1],
        [1, 0],
      ],
      [0, 1],
    );
    const { corrupt } = robustness;
    expect(() => corrupt(rows, "blur")).toThrow("invalid data: examples of shape [2] (expected im");
    expect(() => corrupt(test, any("fog"))).toThrow("invalid corruption: fog");
    expect(() => corrupt(test, "blur", { severity: 6 })).toThrow("invalid severity: 6");
    expect(() => corrupt(any(test.xs), "blur")).toThrow("invalid data: Tensor");
  });
});

describe("q.robustness.shift", () => {
  it("gives the reference 100 %, and a model its own errors over the reference's", {
    tags: "slow",
  }, async () => {
    const options = { severities: [2, 4], corruptions: ["blur", "shift"] } as const;
    const shift = await robustness.shift({ float: cnn, coarse }, test, options);
    expect(shift.mce("float")).toEqual({ mean: 100, low: 100, high: 100 });
    const errors = (model: q.tf.LayersModel, name: "blur" | "shift") => {
      const parts = options.severities.map((severity) => {
        const spoiled = robustness.corrupt(test, name, { severity });
        const error = 1 - q.accuracy(model, spoiled);
        spoiled.dispose();
        return error;
      });
      return parts.reduce((a, b) => a + b);
    };
    const expected = (["blur", "shift"] as const).map(
      (name) => (100 * errors(coarse, name)) / errors(cnn, name),
    );
    const { mean, low, high } = shift.mce("coarse");
    expect(mean).toBeCloseTo((expected[0]! + expected[1]!) / 2, 6);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(shift.rows.slice(2).map((row) => row["CE (%)"])).toEqual([
      expect.closeTo(expected[0]!, 6),
      expect.closeTo(expected[1]!, 6),
    ]);
    expect(String(shift)).toMatch(/^mean corruption error: float 100 % \(100 to 100\), coarse /);
    await expect(robustness.shift({}, test)).rejects.toThrow("invalid models: none");
  });
});

describe("q.robustness.reliability", () => {
  it("has the ECE of Guo et al.'s bins", () => {
    const bins = binned(golden.confidence, golden.right, 15);
    expect(calibrationError(bins, golden.right.length)).toBeCloseTo(golden.ece, 12);
  });

  it("says how large an ECE is by chance, and draws the diagram", () => {
    const { rows, bins, figure } = robustness.reliability({ float: cnn, coarse }, test);
    for (const row of rows) {
      expect(row["ECE by chance (%)"]).toBeGreaterThan(0);
      expect(row["at most by chance (%)"]).toBeGreaterThan(row["ECE by chance (%)"]);
    }
    expect(rows[0]!["accuracy (%)"]).toBeCloseTo(100 * q.accuracy(cnn, test), 6);
    expect(bins.float!.reduce((sum, { count }) => sum + count, 0)).toBe(test.size);
    expect(figure.spec.data).toHaveLength(3);
  });
});

describe("q.robustness.outside", () => {
  it("has scikit-learn's false positive rate, within its interval", () => {
    const { share, low, high } = falsePositives(golden.inside, golden.outside);
    expect(share).toBeCloseTo(golden.fpr, 12);
    expect(low).toBeLessThan(share);
    expect(high).toBeGreaterThan(share);
  });

  it("tells noise and letters from digits by the largest probability, and takes the energy", () => {
    const noise = robustness.noiseImages(test, { size: 60 });
    const letters = robustness.strokeLetters(test, { size: 60 });
    for (const score of ["maximumSoftmax", "energy"] as const) {
      const outside = robustness.outside({ float: cnn }, test, { noise, letters }, { score });
      expect(outside.rows.map(({ inputs }) => inputs)).toEqual(["noise", "letters"]);
      for (const row of outside.rows) {
        expect(row["AUROC low"]).toBeLessThanOrEqual(row.AUROC);
        expect(row["AUROC high"]).toBeGreaterThanOrEqual(row.AUROC);
        expect(row["FPR low (%)"]).toBeLessThanOrEqual(row["FPR at 95 % TPR (%)"]);
        if (score === "maximumSoftmax") expect(row.AUROC, row.inputs).toBeGreaterThan(0.5);
      }
    }
    for (const data of [noise, letters]) data.dispose();
  });

  it("refuses inputs of other shapes, no inputs, and an energy without logits", async () => {
    const { outside } = robustness;
    const small = q.dataset(tf.ones([2, 3, 3, 1]), [0, 1]);
    expect(() => outside({ cnn }, test, {})).toThrow("invalid strange inputs: none");
    expect(() => outside({ cnn }, test, { small })).toThrow("invalid small: examples of shape");
    const softmax = tf.sequential({
      layers: [tf.layers.dense({ units: 2, activation: "softmax", inputShape: [2] })],
    });
    const pairs = q.dataset(
      [
        [0, 1],
        [1, 0],
      ],
      [0, 1],
    );
    const last = softmax.layers.at(-1)!.name;
    const formats = { weights: q.int(8), activations: q.uint(8) };
    const scheme = q.scheme({ ...formats, layers: { [last]: formats } });
    const prepared = await q.prepare(softmax, scheme, { calibration: pairs });
    expect(() => outside({ prepared }, pairs, { pairs }, { score: "energy" })).toThrow("no logits");
  });
});
