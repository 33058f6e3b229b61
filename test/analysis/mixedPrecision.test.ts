import { beforeAll, describe, expect, it } from "vitest";
import { exactChoice, greedyChoice } from "../../src/analysis/mixedPrecision/knapsack.js";
import * as q from "../../src/index.js";
import { digits, generator, trainedCnn } from "../fixtures/index.js";

const { tf } = q;
let train: q.Dataset;
let test: q.Dataset;
let model: q.tf.LayersModel;
beforeAll(async () => {
  ({ train, test } = await digits());
  test = test.take(100);
  model = await trainedCnn();
});

const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(6) });

describe("q.analysis.sensitivity", () => {
  it("measures the effect of quantizing one layer alone", { tags: "slow" }, async () => {
    const calibration = train.take(64);
    const bits = [3, 8];
    const { rows, float } = await q.analysis.sensitivity(model, scheme, test, {
      calibration,
      bits,
    });
    expect(float).toEqual(q.evaluate(model, test));
    expect(rows).toHaveLength(2 * (4 + 4));
    for (const [layer, part, width] of [
      ["depthwise", "weights", 3],
      ["conv_relu", "activations", 3],
      ["conv_input", "activations", 8],
    ] as const) {
      const format = part === "weights" ? q.int(width, { per: "channel" }) : q.uint(width);
      const alone = q.scheme({ layers: { [layer]: { [part]: format } } });
      const quantized = await q.quantize(model, alone, { calibration });
      const { loss, accuracy } = q.evaluate(quantized, test);
      const row = rows.find((r) => r.layer === layer && r.part === part && r.bits === width)!;
      expect(row.loss).toBe(loss);
      expect(row["loss increase"]).toBe(loss - float.loss);
      expect(row["accuracy drop (points)"]).toBeCloseTo(100 * (float.accuracy - accuracy), 8);
    }
  });

  it("takes the scheme's own widths, single layers' too, and leaves no tensor behind", async () => {
    const layers = { conv: { weights: q.int(4) }, logits: { weights: undefined } };
    const given = q.scheme({ weights: q.int(5), layers });
    const held = tf.memory().numTensors;
    const found = await q.analysis.sensitivity(model, given, test);
    expect(tf.memory().numTensors).toBe(held);
    expect(found.rows.map(({ layer, bits }) => [layer, bits])).toEqual([
      ["conv", 4],
      ["depthwise", 5],
      ["pointwise", 5],
    ]);
    expect(Object.keys(found.scores)).toEqual(["conv", "depthwise", "pointwise"]);
    expect(found.figure.spec.data).toHaveLength(2);
    expect(String(found)).toMatch(/^Most sensitive: weights of /);
    await expect(q.analysis.sensitivity(model, given, test, { bits: [2, 40] })).rejects.toThrow(
      "invalid bits: 40",
    );
  });
});

describe("the knapsack", () => {
  const random = (seed: number) => {
    const next = generator(seed);
    return Array.from({ length: 5 }, () =>
      Array.from({ length: 3 }, () => ({ score: next() ** 3, cost: Math.ceil(40 * next()) })),
    );
  };
  /** Tries all. */
  const least = (items: ReturnType<typeof random>, budget: number) => {
    let sums = [{ score: 0, cost: 0 }];
    for (const options of items) {
      sums = sums.flatMap((sum) =>
        options.map(({ score, cost }) => ({ score: sum.score + score, cost: sum.cost + cost })),
      );
    }
    return Math.min(...sums.filter(({ cost }) => cost <= budget).map(({ score }) => score));
  };
  const total = (items: ReturnType<typeof random>, taken: number[], part: "score" | "cost") =>
    taken.reduce((sum, option, i) => sum + items[i]![option]![part], 0);

  it("is solved exactly: as by trying all, over many draws and budgets", () => {
    for (let seed = 0; seed < 100; seed++) {
      const items = random(seed);
      const budget = 30 + seed;
      const taken = exactChoice(items, budget);
      const best = least(items, budget);
      if (best === Number.POSITIVE_INFINITY) expect(taken).toBeUndefined();
      else {
        expect(total(items, taken!, "score")).toBeCloseTo(best, 12);
        expect(total(items, taken!, "cost")).toBeLessThanOrEqual(budget);
      }
    }
  });

  it("is solved greedily within the budget, never better than exactly, sometimes worse", () => {
    let worse = 0;
    for (let seed = 0; seed < 100; seed++) {
      const items = random(seed);
      const [exact, greedy] = [exactChoice(items, 110)!, greedyChoice(items, 110)!];
      expect(total(items, greedy, "cost")).toBeLessThanOrEqual(110);
      const gap = total(items, greedy, "score") - total(items, exact, "score");
      expect(gap).toBeGreaterThanOrEqual(-1e-12);
      if (gap > 1e-9) worse++;
    }
    expect(worse).toBeGreaterThan(5);
  });

  it("takes a hundred layers", () => {
    const items = Array.from({ length: 20 }, (_, i) => random(i)).flat();
    const taken = exactChoice(items, 1500)!;
    expect(total(items, taken, "cost")).toBeLessThanOrEqual(1500);
    const greedy = greedyChoice(items, 1500)!;
    expect(total(items, taken, "score")).toBeLessThanOrEqual(total(items, greedy, "score"));
  });
});

describe("q.analysis.mixedPrecision and assignments", () => {
  const bits = [2, 4, 8];

  it("choose the assignment of least predicted loss that fits, of all that were tried", {
    tags: "slow",
  }, async () => {
    const calibration = train.take(64);
    const sensitivity = await q.analysis.sensitivity(model, scheme, test, { calibration, bits });
    const cloud = await q.analysis.assignments(model, scheme, test, { sensitivity, calibration });
    expect(cloud.rows).toHaveLength(81);
    expect(cloud.table.shape).toEqual([81, 9]);
    for (const budget of [{ bytes: 520 }, { bitOperations: 250_000 }]) {
      const [name, limit] = Object.entries(budget)[0]!;
      const column = name === "bytes" ? "bytes" : "bit-operations";
      const mixed = q.analysis.mixedPrecision(model, scheme, { budget, sensitivity });
      const fitting = cloud.rows.filter((row) => row[column] <= limit);
      const least = Math.min(...fitting.map(({ predicted }) => predicted));
      expect(mixed.score).toBeCloseTo(least, 10);
      expect(q.analysis.cost(model, mixed.scheme).total[column]).toBeLessThanOrEqual(limit);
      const same = cloud.rows.find((row) =>
        Object.entries(mixed.bits).every(([layer, width]) => row[layer] === width),
      )!;
      expect(same.bytes).toBe(mixed.cost.total.bytes);
      expect(same["bit-operations"]).toBe(mixed.cost.total["bit-operations"]);
      const quantized = await q.quantize(model, mixed.scheme, { calibration });
      expect(q.evaluate(quantized, test).loss).toBe(same.loss);
      expect(mixed.figure.spec.data).toHaveLength(1);
    }
    const { best } = cloud;
    for (const row of cloud.rows) {
      expect(best.some((one) => one.bytes <= row.bytes && one.loss <= row.loss)).toBe(true);
    }
    expect(String(cloud)).toContain("81 assignments; rank correlation");
  });

  it("leave layers without scores in the scheme's format, and count them", {
    tags: "slow",
  }, async () => {
    const sensitivity = { logits: { 2: 0.3, 8: 0 } };
    const wide = q.analysis.cost(model, scheme).total.bytes;
    const budget = { bytes: wide - 1 };
    const mixed = q.analysis.mixedPrecision(model, scheme, { sensitivity, budget });
    expect(mixed.bits).toEqual({ logits: 2 });
    expect(String(mixed.scheme)).toBe("W8A6, logits W2");
    expect(mixed.cost.total.bytes).toBe(wide - (640 * 6) / 8);
    const cloud = await q.analysis.assignments(model, scheme, test, { sensitivity });
    const quantized = await q.quantize(model, mixed.scheme, { calibration: test });
    expect(cloud.rows[0]!.loss).toBe(q.evaluate(quantized, test).loss);
    const least = { sensitivity, budget: { bytes: 10 } };
    expect(() => q.analysis.mixedPrecision(model, scheme, least)).toThrow(
      `invalid budget: 10 bytes (the narrowest widths take ${wide - 480} already)`,
    );
  });

  it("say what they can't use", () => {
    const sensitivity = { logits: { 2: 0.3, 8: 0 } };
    const ask = (options: object) => () =>
      q.analysis.mixedPrecision(model, scheme, {
        budget: { bytes: 600 },
        sensitivity,
        ...options,
      } as never);
    expect(ask({ budget: 600 })).toThrow("invalid budget: 600 (expected { bytes: 600 }");
    expect(ask({ sensitivity: {} })).toThrow("invalid sensitivity: no scores of weights");
    expect(ask({ sensitivity: { pool: { 2: 0 } } })).toThrow('layer "pool" isn\'t in the model');
    expect(ask({ sensitivity: { conv: { 2: Number.NaN } } })).toThrow('NaN for "conv" at 2 bits');
    expect(() =>
      q.analysis.mixedPrecision(model, undefined as never, { budget: { bytes: 600 }, sensitivity }),
    ).toThrow("invalid scheme: undefined");
    expect(ask({ method: "best" })).toThrow("invalid method: best");
  });
});
