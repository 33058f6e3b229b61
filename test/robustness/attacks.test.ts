import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { any, digits, trainedCnn } from "../fixtures/index.js";

const { tf } = q;
const { robustness } = q;
const golden = JSON.parse(
  readFileSync(new URL("../golden/attacks.json", import.meta.url), "utf8"),
) as {
  xs: number[];
  labels: number[];
  kernel: number[];
  bias: number[];
  normalization: number[][];
  dense: number[];
  cases: {
    name: string;
    epsilon: number;
    steps: number;
    stepSize: number;
    norm: "linf" | "l2";
    target: number | null;
    fooled: number;
    examples: number[];
  }[];
};

const size = golden.labels.length;
let peer: q.tf.LayersModel;
let data: { xs: q.tf.Tensor; ys: q.tf.Tensor };
let test: q.Dataset;
let cnn: q.tf.LayersModel;
let prepared: q.tf.LayersModel;

beforeAll(async () => {
  peer = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 1] }),
      tf.layers.batchNormalization({ epsilon: 1e-3 }),
      tf.layers.activation({ activation: "tanh" }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4, useBias: false }),
    ],
  });
  const shapes = [[3, 3, 1, 4], [4], [4], [4], [64, 4], [4], [4]];
  // A model's weights that aren't trained, the mean and the variance, come last.
  const [gamma, beta, ...statistics] = golden.normalization as [number[], number[], ...number[][]];
  const values = [golden.kernel, golden.bias, gamma, beta, golden.dense, ...statistics];
  peer.setWeights(values.map((list, i) => tf.tensor(list, shapes[i])));
  data = { xs: tf.tensor(golden.xs, [size, 6, 6, 1]), ys: tf.tensor1d(golden.labels, "int32") };
  const parts = await digits();
  test = parts.test.take(60);
  cnn = await trainedCnn();
  const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
  prepared = await q.prepare(cnn, scheme, { calibration: parts.train.take(64) });
});
afterAll(() => test.dispose());

describe("FGSM and PGD", () => {
  it.each(golden.cases)("agree with PyTorch's: $name, $norm, target $target", async (peers) => {
    const { name, norm, epsilon, steps, stepSize, examples, fooled } = peers;
    const target = peers.target ?? undefined;
    for (const compiled of [true, false]) {
      const common = { norm, epsilon, target, compiled };
      const attack =
        name === "fgsm"
          ? await robustness.fgsm(peer, data, common)
          : await robustness.pgd(peer, data, { ...common, steps, stepSize });
      const values = attack.examples.dataSync();
      const differences = examples.map((value, i) => Math.abs(values[i]! - value));
      expect(Math.max(...differences)).toBeLessThan(1e-5);
      expect(attack.fooled.filter(Boolean)).toHaveLength(fooled);
      attack.dispose();
    }
  });

  it("stay within ε and within the range, from every start", { tags: "slow" }, async () => {
    for (const norm of ["linf", "l2"] as const) {
      const options = { epsilon: 0.3, steps: 3, restarts: 3, norm, seed: 1 };
      const attack = await robustness.pgd(cnn, test, options);
      const once = await robustness.pgd(cnn, test, { ...options, restarts: 1 });
      expect(attack.robust.count).toBeLessThanOrEqual(once.robust.count);
      const [change, extent] = tf.tidy(() => {
        const difference = attack.examples.sub(test.xs).reshape([test.size, -1]);
        const size = norm === "linf" ? difference.abs().max(1) : difference.norm(2, 1);
        const ends = [attack.examples.min(), attack.examples.max()];
        return [size.max().dataSync()[0]!, ends.map((end) => end.dataSync()[0]!)] as never;
      }) as unknown as [number, number[]];
      expect(change).toBeLessThan(0.3001);
      expect(change).toBeGreaterThan(0.2);
      expect(extent[0]).toBeGreaterThanOrEqual(0);
      expect(extent[1]).toBeLessThanOrEqual(1);
      for (const each of [attack, once]) each.dispose();
    }
  });

  it("follow the estimator that is named, and find nothing by rounding's own gradient", {
    tags: "slow",
  }, async () => {
    const options = { epsilon: 0.15, steps: 5 };
    const none = await robustness.pgd(prepared, test, { ...options, through: "none" });
    const honest = await robustness.pgd(prepared, test, { ...options, through: "clippedSte" });
    expect(none.robust.count).toBe(none.clean.count);
    expect(honest.robust.count).toBeLessThan(honest.clean.count - 10);
    expect(String(honest)).toMatch(/^PGD through clippedSte at ε = 0.15: /);
    // The estimator of the model itself is back.
    const gradient = tf.tidy(() =>
      tf
        .grad((x) => (prepared.apply(x) as q.tf.Tensor).square().sum())(test.xs)
        .abs()
        .sum()
        .dataSync(),
    ) as unknown as Float32Array;
    expect(gradient[0]).toBeGreaterThan(0);
    for (const attack of [none, honest]) attack.dispose();
  });

  it("come from another model for integers, which have no gradients", {
    tags: "slow",
  }, async () => {
    const integer = q.convert(prepared);
    const few = test.take(8);
    await expect(robustness.fgsm(integer, few, { epsilon: 0.1 })).rejects.toThrow(
      "{ from: float }",
    );
    const attack = await robustness.fgsm(integer, few, { epsilon: 0.3, from: cnn });
    expect(attack.robust.count).toBeLessThanOrEqual(attack.clean.count);
    expect(attack.rows[1]!.examples).toBe(`FGSM from ${cnn.name}, ε = 0.3`);
    attack.dispose();
    few.dispose();
  });

  it("take a row of numbers, and one example, as well as images", async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, activation: "softmax", inputShape: [3] })],
    });
    model.setWeights([
      tf.tensor2d([
        [1, -1],
        [0, 0],
        [-1, 1],
      ]),
      tf.zeros([2]),
    ]);
    const one = { xs: tf.tensor2d([[0.6, 0.5, 0.5]]), ys: tf.tensor1d([0], "int32") };
    const attack = await robustness.fgsm(model, one, { epsilon: 0.2 });
    const moved = Array.from(attack.examples.dataSync(), (value) => value.toFixed(2));
    expect(moved).toEqual(["0.40", "0.50", "0.70"]);
    expect(attack.robust.count).toBe(0);
    expect(attack.figure.alt).toContain("ε = 0.2");
    attack.dispose();
  });

  it("refuse what can't be, by name", async () => {
    const { fgsm, pgd, curve } = robustness;
    const cases: [() => Promise<unknown>, string][] = [
      [() => fgsm(cnn, test, { epsilon: -0.1 }), "invalid epsilon: -0.1 (expected a distance from"],
      [() => fgsm(cnn, test, { epsilon: 1.5 }), "invalid epsilon: 1.5"],
      [() => fgsm(cnn, test, any(undefined)), "invalid epsilon: undefined"],
      [() => fgsm(cnn, test, { epsilon: 0.1, target: 10 }), "invalid target: 10"],
      [() => pgd(prepared, test, { epsilon: 0.1 }), "invalid through: none named"],
      [() => pgd(cnn, test, { epsilon: 0.1, through: "ste" }), "rounds nothing"],
      [() => pgd(prepared, test, { epsilon: 0.1, through: "lsq" }), "invalid through: lsq"],
      [() => pgd(cnn, test, { epsilon: 0.1, norm: any("l1") }), "invalid norm: l1"],
      [() => pgd(cnn, test, { epsilon: 0.1, range: [0, 0.5] }), "invalid range: [0, 0.5]"],
      [() => pgd(cnn, any({ xs: test.xs }), { epsilon: 0.1 }), "invalid data"],
      [() => curve({}, test, { epsilons: [0.1] }), "invalid models: none"],
      [() => curve({ cnn }, test, { epsilons: [0.1, 0.05] }), "invalid epsilons: [0.1, 0.05]"],
    ];
    for (const [call, message] of cases) await expect(call()).rejects.toThrow(message);
    const gap = { xs: tf.fill([1, 8, 8, 1], Number.NaN), ys: tf.tensor1d([0], "int32") };
    await expect(fgsm(cnn, gap, { epsilon: 0.1 })).rejects.toThrow("a value is NaN");
  });
});

describe("q.robustness.curve", () => {
  it("never rises, and begins at the accuracy", { tags: "slow" }, async () => {
    const curve = await robustness.curve(
      { float: cnn, PTQ: { model: prepared, through: "clippedSte" } },
      test,
      { epsilons: [0, 0.05, 0.1, 0.2], steps: 3 },
    );
    const ofFloat = curve.rows.slice(0, 4).map((row) => row["accuracy (%)"]);
    expect(ofFloat[0]).toBeCloseTo(100 * q.accuracy(cnn, test), 6);
    expect(ofFloat).toEqual(ofFloat.toSorted((a, b) => b - a));
    expect(curve.figure.spec.data).toHaveLength(4);
    expect(String(curve)).toMatch(/^at ε = 0.2: float .* %, PTQ .* %$/);
  });
});

describe("q.robustness.masked", () => {
  it("finds the signs where the true gradient is followed, and none through an estimator", {
    tags: "slow",
  }, async () => {
    const options = { epsilon: 0.15, steps: 5, queries: 20 };
    const none = { ...options, through: "none", transfer: cnn } as const;
    const masked = await robustness.masked(prepared, test, none);
    expect(masked.masked).toBe(true);
    expect(masked.rows.map(({ found }) => found)).toEqual(["yes", "yes", "no", "yes", "yes"]);
    expect(String(masked)).toMatch(/^gradients are masked: examples transferred from/);
    const honest = await robustness.masked(cnn, test, options);
    expect(honest.masked).toBe(false);
    expect(honest.rows).toHaveLength(4);
    expect(String(honest)).toContain("no proof of robustness");
  });
});
