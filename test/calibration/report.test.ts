import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";
import { throughFile } from "../fixtures/index.js";

const { tf } = q;
const L = tf.layers;
const warned: string[] = [];
beforeEach(() => {
  warned.length = 0;
  vi.spyOn(console, "warn").mockImplementation((text) => void warned.push(String(text)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Two inputs, of which "extra" is 0 in all calibration examples. */
function twoInputs() {
  const signal = tf.input({ shape: [4], name: "signal" });
  const extra = tf.input({ shape: [4], name: "extra" });
  const hidden = [signal, extra].map((input) =>
    L.dense({
      units: 8,
      activation: "relu",
      kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }),
    }).apply(input),
  ) as q.tf.SymbolicTensor[];
  const joined = L.concatenate().apply(hidden) as q.tf.SymbolicTensor;
  const kernelInitializer = tf.initializers.glorotNormal({ seed: 2 });
  const outputs = L.dense({ units: 1, kernelInitializer }).apply(joined) as q.tf.SymbolicTensor;
  return tf.model({ inputs: [signal, extra], outputs });
}

const xs = tf.randomNormal([256, 4], 0, 1, "float32", 1);
const others = tf.randomNormal([256, 4], 0, 1, "float32", 2);
const ys = others.sum(1, true);
const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });

describe("an input that is always 0 in calibration", () => {
  const prepared = (options: object) =>
    q.prepare(twoInputs(), scheme, { calibration: { xs: [xs, tf.zerosLike(xs)] }, ...options });
  const change = (model: q.tf.LayersModel) =>
    tf.tidy(() => {
      const [a, b] = [others, others.mul(-5)].map(
        (extra) => model.predict([xs, extra]) as q.tf.Tensor,
      );
      return a!.sub(b!).abs().max().dataSync()[0]!;
    });

  it("stays in float where nothing would open its range, and a warning names it", {
    tags: "slow",
  }, async () => {
    const model = await prepared({ estimator: "clippedSte" });
    expect(change(model)).toBeGreaterThan(0.1);
    expect(warned.filter((text) => text.includes("extra"))).toHaveLength(1);
    expect(warned[0]).toContain('calibration of model "');
    expect(warned[0]).toContain("all values were 0");
    const record = q.calibration.records(model).find(({ layer }) => layer === "extra")!;
    expect(record).toMatchObject({ zeros: 100, dead: 4, channels: 4, smallest: 0, largest: 0 });
    expect(record.note).toBe("always 0, stays in float");
    const loaded = await throughFile(model);
    expect(change(loaded)).toBe(change(model));
    // A range of one's choice is used from then on.
    const quantizer = q.qat.quantizers(model)[1]!;
    quantizer.write({ min: 0, max: 1 });
    expect(quantizer.withoutRange).toBe(false);
  });

  it.each(["lsq", "pact", "tqt", "lsqPlus", "pytorchLearnable"] as const)(
    "is opened by %s, which learns it",
    { tags: "slow" },
    async (estimator) => {
      const model = await prepared({ estimator });
      expect(change(model)).toBeGreaterThan(0.05);
      const history = await q.fit(model, { xs: [xs, others], ys } as never, {
        epochs: 12,
        batchSize: 32,
        loss: "meanSquaredError",
        learningRate: 0.02,
        progress: false,
      });
      expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss * 0.7);
      expect(q.calibration.records(model).some(({ note }) => note.includes("opens"))).toBe(true);
    },
  );

  it("is opened by a moving average that follows it", async () => {
    const model = await prepared({ movingAverage: { momentum: 0.5 } });
    tf.tidy(() => void model.apply([xs, others], { training: true }));
    expect(change(model)).toBeGreaterThan(0.05);
  });
});

describe("the report", () => {
  const reading = (values: q.tf.Tensor, options: object, format = q.uint(8)) => {
    const layer = L.activation({ activation: "linear", inputShape: values.shape.slice(1) });
    const model = tf.sequential({ layers: [layer, L.dense({ units: 2, name: "dense" })] });
    const only = q.scheme({ weights: q.int(8), activations: format });
    return q.prepare(model, only, { calibration: { xs: values }, ...options });
  };

  it("counts zeros, dead channels and clipped values", { tags: "slow" }, async () => {
    // A third of the columns are 0; with a percentile of 50 half of the values are clipped.
    const values = tf.tensor2d(
      Array.from({ length: 300 }, (_, i) => [0, (i + 1) / 300, (i + 1) / 150]),
    );
    const model = await reading(values, { method: { name: "percentile", percentile: 50 } });
    const [record] = q.calibration.records(model);
    expect(record).toMatchObject({ channels: 3, dead: 1, smallest: 0, largest: 2 });
    expect(record!.zeros).toBeCloseTo(100 / 3, 3);
    expect(record!.clipped).toBeCloseTo(50, 0);
    expect(warned.join()).toContain("clips more than a quarter of the values");
    const table = q.calibration.report(model);
    expect(table.columns).toContain("clipped (%)");
    expect(table.shape[0]).toBe(q.calibration.records(model).length);
  });

  it("warns of one value in a million that stretches a range, and not with least squares", {
    tags: "slow",
  }, async () => {
    const values = tf.tidy(() => {
      const uniform = tf.randomUniform([10_000, 10], 0, 1, "float32", 1);
      return tf.concat([uniform, tf.fill([1, 10], 1000).mul(tf.oneHot([3], 10))]);
    });
    await reading(values, { method: "minmax" });
    expect(warned.join()).toContain("a few rare values stretch the range");
    warned.length = 0;
    await reading(values.slice(0, 10_000), { method: "minmax" });
    expect(warned).toEqual([]);
  });

  it("is refused for a model without a calibration", () => {
    const model = tf.sequential({ layers: [L.dense({ units: 1, inputShape: [1] })] });
    expect(() => q.calibration.report(model)).toThrow("has no records of a calibration");
  });
});

describe("calibration on many examples", () => {
  const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 1 });
  const images = tf.randomUniform([600, 8, 8, 1], 0, 1, "float32", 1);
  const formats = q.scheme({ weights: q.int(8), activations: q.uint(8) });

  it("holds no more memory for more of them, and shows values as they come", {
    tags: "slow",
  }, async () => {
    const peak = async (count: number) => {
      const xs = images.slice(0, count);
      const before = tf.memory().numBytes;
      let most = 0;
      const make = (): q.Observer => {
        const inner = q.observer("minmax");
        return {
          observe(values) {
            most = Math.max(most, tf.memory().numBytes - before);
            inner.observe(values);
          },
          range: (format) => inner.range(format),
        };
      };
      const prepared = await q.prepare(model, formats, { calibration: { xs }, method: make });
      prepared.dispose();
      xs.dispose();
      return most;
    };
    expect(await peak(600)).toBeLessThanOrEqual((await peak(64)) * 1.01);
  });

  it("follows batches of 256 by a moving average, as before", { tags: "slow" }, async () => {
    const prepared = await q.prepare(model, formats, {
      calibration: { xs: images },
      method: { name: "movingAverage", momentum: 0.5 },
    });
    const observer = q.observer({ name: "movingAverage", momentum: 0.5 });
    for (const [start, count] of [
      [0, 256],
      [256, 256],
      [512, 88],
    ] as const) {
      observer.observe(images.slice(start, count));
    }
    const { max } = observer.range(q.uint(8));
    expect(q.qat.quantizers(prepared)[0]!.range().max[0]).toBe(Math.fround(max));
  });

  it("lets others have their turn between channels and parts", { tags: "slow" }, async () => {
    let turns = 0;
    let running = true;
    const count = () => {
      turns++;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    await q.prepare(model, formats, { calibration: { xs: images }, method: "kl" });
    running = false;
    // 19 parts of 32 examples, and the layers.
    expect(turns).toBeGreaterThan(19);
  });
});
