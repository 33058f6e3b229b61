import { describe, expect, it } from "vitest";
import { fromLogarithm, logarithmOf } from "../../src/estimators/positive.js";
import * as q from "../../src/index.js";

const { tf } = q;
const range = { min: -1, max: 0.75 };
const x = tf.tensor1d([-1.4, -0.3, 0.1, 0.62, 3]);

describe("q.estimators.apply", () => {
  it("is q.fakeQuantize unless something else is asked for", () => {
    const value = q.estimators.apply(x, q.int(3), { range });
    expect(value.dataSync()).toEqual(q.fakeQuantize(x, q.int(3), range).dataSync());
    const gradient = (round: (x: q.tf.Tensor) => q.tf.Tensor) =>
      tf
        .grad((x) => round(x).sum())(x)
        .dataSync();
    expect(gradient((x) => q.estimators.apply(x, q.int(3), { range }))).toEqual(
      gradient((x) => q.fakeQuantize(x, q.int(3), range)),
    );
  });

  it("names the function of a user's estimator that gave another shape", () => {
    const ste = q.estimators.get("ste");
    const gradient = (own: object) => {
      const estimator = { ...ste, name: "own", ...own } as q.estimators.Estimator;
      return tf.grad((x) => q.estimators.apply(x, q.int(3), { range, estimator }).sum())(x);
    };
    expect(() => gradient({ forward: ({ x }: q.estimators.ForwardInput) => x.sum() })).toThrow(
      "invalid estimator own: forward gave shape [] (expected a tensor of shape [5])",
    );
    expect(() =>
      gradient({ backward: ({ dy }: q.estimators.BackwardInput) => ({ x: dy.sum() }) }),
    ).toThrow(
      "invalid estimator own: backward gave for x shape [] (expected a tensor of shape [5])",
    );
    expect(() => gradient({ backward: () => ({}) })).toThrow(
      "invalid estimator own: backward gave for x undefined (expected a tensor of shape [5])",
    );
  });

  it("takes a user's own estimator, which learns a range", () => {
    const half: q.estimators.Estimator = {
      name: "half",
      source: "",
      backward: ({ dy }) => ({ x: tf.div(dy, 2) }),
    };
    const options = { estimator: half, range };
    const gradient = tf.grad((x) => q.estimators.apply(x, q.int(3), options).sum())(x);
    expect(Array.from(gradient.dataSync())).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
    const value = q.estimators.apply(x, q.int(3), options);
    expect(value.dataSync()).toEqual(q.fakeQuantize(x, q.int(3), range).dataSync());
    expect(() => q.estimators.get("half")).toThrow("q.estimators.register(estimator)");
    q.estimators.register(half);
    expect(q.estimators.get("half")).toBe(half);
  });

  it("passes activations' estimators over for weights", () => {
    const slope = (role: "weights" | "activations") =>
      Object.keys(q.estimators.parameters("pact", q.uint(3), { min: 0, max: 1 }, { role }));
    expect(slope("activations")).toEqual(["alpha", "min"]);
    expect(slope("weights")).toEqual(["min", "max"]);
  });

  it("says what is wrong with its arguments", () => {
    const wrong = (options: object) => () => q.estimators.apply(x, q.int(3), options);
    expect(wrong({})).toThrow("invalid range: undefined (expected { min, max })");
    expect(wrong({ estimator: "lsq" })).toThrow('q.estimators.parameters("lsq", format');
    expect(wrong({ estimator: "hope", range })).toThrow(
      "invalid estimator: hope (expected clippedSte",
    );
    expect(wrong({ estimator: {}, range })).toThrow("expected { name, source, backward({ dy");
    expect(wrong({ estimator: "lsq", parameters: { min: x } })).toThrow(
      "invalid parameters of lsq: no tensor scale (expected scale, zeroPoint)",
    );
    expect(wrong({ range: { min: 1, max: 2 } })).toThrow("invalid range: 1 to 2");
    expect(() => q.estimators.register({ ...q.estimators.get("lsq") })).toThrow(
      "invalid name: lsq",
    );
    expect(wrong({ estimator: { name: "dsq", alpha: 0.7 }, range })).toThrow("invalid alpha: 0.7");
    expect(wrong({ estimator: { name: "ewgs", delta: -1 }, range })).toThrow("invalid delta: -1");
    expect(wrong({ estimator: { name: "ewgs", alpha: 1 }, range })).toThrow(
      "invalid option of ewgs: alpha (expected delta)",
    );
    expect(wrong({ estimator: { name: "lsq", alpha: 1 }, range })).toThrow(
      "invalid option of lsq: alpha (expected none)",
    );
  });

  it("takes an estimator's name with an option, which a saved model's name keeps", () => {
    const gradient = (estimator: q.estimators.EstimatorChoice) =>
      tf
        .grad((x) => q.estimators.apply(x, q.int(3), { range, estimator }).sum())(x)
        .dataSync();
    const steep = q.estimators.get({ name: "dsq", alpha: 0.1 });
    expect(steep.name).toBe("dsq(0.1)");
    expect(gradient({ name: "dsq", alpha: 0.1 })).toEqual(gradient(steep));
    expect(gradient(q.estimators.get("dsq(0.1)"))).toEqual(gradient(steep));
    expect(gradient("dsq")).not.toEqual(gradient(steep));
    expect(q.estimators.get({ name: "dsq" }).name).toBe("dsq");
  });
});

describe("values that share a scale", () => {
  const deterministic = q.estimators.names().filter((name) => !/stochastic|noise/.test(name));
  const ends = Array.from({ length: 8 }, (_, i) => 0.5 + i / 8);
  const range = { min: ends.map((end) => -end), max: ends.map((end) => (end * 7) / 8) };
  const values = tf.randomNormal([6, 4], 0, 0.7, "float32", 2);
  const upstream = tf.randomNormal([6, 4], 0, 1, "float32", 3);
  const run = (
    estimator: q.estimators.EstimatorName,
    format: q.IntegerFormat,
    x: q.tf.Tensor,
    dy: q.tf.Tensor,
  ) =>
    tf.tidy(() => {
      const parameters = q.estimators.parameters(estimator, format, range);
      const names = Object.keys(parameters);
      const { value, grads } = tf.valueAndGrads((x: q.tf.Tensor, ...given: q.tf.Tensor[]) => {
        const parameters = Object.fromEntries(names.map((name, i) => [name, given[i]!]));
        return q.estimators.apply(x, format, { estimator, parameters });
      })([x, ...Object.values(parameters)], dy);
      return [value, ...grads].map((tensor) => tensor.clone());
    });
  /** Groups of three rows in columns of their own, as channels have them. */
  const grouped = (x: q.tf.Tensor) => tf.transpose(x.reshape([2, 3, 4]), [1, 0, 2]).reshape([3, 8]);

  it.each(deterministic)(
    "%s: a group is like a channel, and so are a depthwise kernel's two axes",
    (name) => {
      const channels = q.int(4, { per: "channel" });
      const expected = run(name, channels, grouped(values), grouped(upstream));
      const groups = run(name, q.int(4, { per: "group", groupSize: 3 }), values, upstream);
      const depthwise = run(
        name,
        channels,
        grouped(values).reshape([3, 1, 4, 2]),
        grouped(upstream).reshape([3, 1, 4, 2]),
      );
      expected.forEach((tensor, i) => {
        const list = Array.from(tensor.dataSync());
        const arranged = i < 2 ? grouped(groups[i]!) : groups[i]!;
        expect(Array.from(arranged.dataSync())).toEqual(list);
        expect(Array.from(depthwise[i]!.dataSync())).toEqual(list);
      });
    },
  );
});

describe("a learned scale", () => {
  it("starts from the range that was calibrated", () => {
    for (const name of ["lsq", "lsqPlus", "pact", "pytorchLearnable"] as const) {
      const format = q.uint(4);
      const range = { min: 0, max: 3 };
      const parameters = q.estimators.parameters(name, format, range, { role: "activations" });
      const x = tf.linspace(-1, 4, 101);
      const value = q.estimators.apply(x, format, {
        estimator: name,
        parameters,
        role: "activations",
      });
      const expected = q.fakeQuantize(x, format, range);
      expect(value.sub(expected).abs().max().dataSync()[0], name).toBeLessThan(1e-6);
    }
  });

  it("TQT's threshold starts from the next power of two", () => {
    const { log2Threshold } = q.estimators.parameters("tqt", q.int(4), { min: -0.8, max: 0.7 });
    expect(log2Threshold!.dataSync()[0]).toBeCloseTo(Math.log2(0.8), 5);
    const parameters = { log2Threshold: log2Threshold!, zeroPoint: tf.scalar(0) };
    const value = q.estimators.apply([0.1, 2, -2], q.int(4), {
      estimator: "tqt",
      parameters,
    });
    expect(Array.from(value.dataSync())).toEqual([0.125, 0.875, -1]);
  });

  it("stays between 2⁻¹⁰⁰ and 2¹⁰⁰, and finds back from there", () => {
    const at = (logarithm: number) => fromLogarithm(tf.scalar(logarithm)).dataSync()[0]!;
    expect(at(-1e9)).toBeCloseTo(2 ** -100, 34);
    expect(at(-1e9)).toBeGreaterThan(0);
    expect(at(1e9) / 2 ** 100).toBeCloseTo(1, 4);
    expect(at(Math.log(0.3))).toBeCloseTo(0.3, 6);
    expect(Array.from(logarithmOf([0, 1, Infinity]))).toEqual(
      [-100, 0, 100].map((exponent) => Math.fround(exponent * Math.LN2)),
    );
    const slope = tf
      .grad((x) => fromLogarithm(x).mul(2))(tf.scalar(100))
      .dataSync()[0]!;
    expect(slope / 2 ** 100).toBeCloseTo(2, 4);
  });

  it.each(["lsq", "lsqPlus", "tqt", "pact", "pytorchLearnable"] as const)(
    "of a channel without values: %s gives 0 and finite gradients",
    (estimator) => {
      const format = q.int(4, { per: "channel" });
      const role = "activations";
      const parameters = q.estimators.parameters(
        estimator,
        format,
        { min: [0, -8], max: [0, 7] },
        { role },
      );
      const positive = q.estimators.get(estimator).learned!.positive;
      const held = Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [
          name,
          positive.includes(name)
            ? fromLogarithm(tf.tensor1d(logarithmOf(value.dataSync())))
            : value,
        ]),
      );
      const x = tf.tensor2d([
        [0, 3],
        [1, -20],
      ]);
      const { value, grads } = tf.valueAndGrads((x: q.tf.Tensor, ...values: q.tf.Tensor[]) => {
        const parameters = Object.fromEntries(
          Object.keys(held).map((name, i) => [name, values[i]!]),
        );
        return q.estimators
          .apply(x, format, { estimator, parameters, role })
          .sum(0)
          .mul([2, 3])
          .sum();
      })([x, ...Object.values(held)]);
      expect(value.dataSync()[0]).toBeCloseTo(3 * (3 - 8), 4);
      for (const gradient of grads) expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
    },
  );

  it("LSQ's on a Gaussian converges to the grid of the least squared error", {
    tags: "slow",
  }, () => {
    // The step of int3, narrow range, in units of σ: the integer column of the reference numbers.
    const x = tf.randomNormal([20_000], 0, 1, "float32", 5);
    const format = q.int(3, { narrowRange: true });
    const logarithm = tf.variable(tf.scalar(Math.log(1.5)));
    const zeroPoint = tf.scalar(0);
    const adam = tf.train.adam(0.02);
    for (let step = 0; step < 200; step++) {
      adam.minimize(
        () => {
          const parameters = { scale: fromLogarithm(logarithm), zeroPoint };
          const value = q.estimators.apply(x, format, { estimator: "lsq", parameters });
          return value.sub(x).square().mean();
        },
        false,
        [logarithm],
      );
    }
    const scale = Math.exp(logarithm.dataSync()[0]!);
    expect(Math.abs(scale / 0.6508 - 1)).toBeLessThan(0.02);
  });
});
