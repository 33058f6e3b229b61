import { describe, expect, it } from "vitest";
import { Histogram } from "../../src/calibration/index.js";
import * as q from "../../src/index.js";
import { cnn, digits, generator } from "../fixtures/index.js";

const { tf } = q;
const random = generator(11);
const spread = (size: number, scale: number) =>
  Float32Array.from({ length: size }, () => (random() * 2 - 1) * scale);

/** Values that a calibration may meet once in a while. */
const cases: Record<string, Float32Array> = {
  "one outlier of 1e30": Float32Array.of(...spread(500, 1), 1e30),
  "an outlier a hundred times as large": Float32Array.of(...spread(5000, 1), 100),
  "a positive constant": new Float32Array(100).fill(0.3),
  "a negative constant": new Float32Array(100).fill(-7),
  "values of 1e-30": spread(500, 1e-30),
  "zeros, then values of 1e-6": Float32Array.of(...new Float32Array(100), ...spread(500, 1e-6)),
};

/**
 * Another way to the same result: the textbook's quantizer (round to nearest, clip) in float64 on
 * 4,000 scales up to the covering one.
 */
function leastError(values: Float32Array, smallest: number, largest: number): number {
  const covering = Math.max(...values.map((v) => (v < 0 ? v / smallest : v / largest)));
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i <= 4000; i++) {
    least = Math.min(least, errorOf(values, (covering * i) / 4000, smallest, largest));
  }
  return least;
}

function errorOf(values: Float32Array, scale: number, smallest: number, largest: number): number {
  return values.reduce((sum, value) => {
    const code = Math.min(largest, Math.max(smallest, Math.round(value / scale)));
    return sum + (value - code * scale) ** 2;
  }, 0);
}

describe("MSE calibration of unusual values", () => {
  it.each(Object.entries(cases))(
    "is as good as an exhaustive search: %s",
    { tags: "slow" },
    (_, values) => {
      const observer = q.observer("mse");
      observer.observe(values.subarray(0, 100));
      observer.observe(values.subarray(100));
      for (const bits of [2, 4]) {
        const format = q.int(bits);
        const range = observer.range(format);
        const scale = (range.max - range.min) / (2 ** bits - 1);
        const error = errorOf(values, scale, format.smallest, format.largest);
        const energy = values.reduce((sum, value) => sum + value * value, 0);
        const best = leastError(values, format.smallest, format.largest);
        expect(error).toBeLessThanOrEqual(best * 1.002 + energy * 1e-12);
      }
    },
  );

  it("finds [0, 0] for zeros, and a single code has nothing but 0", () => {
    for (const make of [() => q.observer("minmax"), () => q.observer("mse")]) {
      for (const format of [q.int(1), q.int(8), q.uint(16), q.uint(1)]) {
        const observer = make();
        observer.observe(new Float32Array(10));
        const range = observer.range(format);
        expect(range).toEqual({ min: 0, max: 0 });
        expect([...q.fakeQuantize([-1, 0, 1], format, range).dataSync()]).toEqual([0, 0, 0]);
        expect(new Set(q.codes([-1, 0, 1], format, range).dataSync()).size).toBe(1);
      }
    }
  });

  it("loses nothing of 16 bits: every code from 0 to 65535 comes back", { tags: "slow" }, () => {
    const all = Float32Array.from({ length: 65536 }, (_, i) => i);
    const observer = q.observer("minmax");
    observer.observe(all);
    const range = observer.range(q.uint(16));
    expect(q.codes(tf.tensor1d(all), q.uint(16), range).dataSync()).toEqual(Int32Array.from(all));
  });

  it("counts zeros without deciding how far the values reach", () => {
    const histogram = new Histogram();
    histogram.add([0, 0]);
    histogram.add([1e-6, -3e-6, 2e-6]);
    const { values, counts } = histogram.samples();
    expect(Array.from(values)).toEqual([-3e-6, 0, 1e-6, 2e-6]);
    expect(Array.from(counts ?? [])).toEqual([1, 2, 1, 1]);
  });
});

describe("a kernel with a dead channel", () => {
  it.each([
    ["int1", q.int(1, { per: "channel" })],
    ["int3", q.int(3, { per: "channel" })],
    ["int8, asymmetric", q.int(8, { per: "channel", symmetric: false })],
    ["uint16", q.uint(16, { per: "channel" })],
  ])(
    "predicts the same prepared and quantized, and keeps zeros: %s",
    { tags: "slow" },
    async (_, weights) => {
      const { train } = await digits();
      const data = train.take(16);
      const model = cnn({ seed: 2 });
      for (const name of ["conv", "depthwise", "logits"]) {
        const layer = model.getLayer(name);
        const [kernel, ...rest] = layer.getWeights();
        const values = kernel!.dataSync().map((value, i) => (i % 8 === 0 ? 0 : value));
        layer.setWeights([tf.tensor(values, kernel!.shape), ...rest]);
      }
      const held = tf.memory().numTensors;
      for (const method of ["minmax", "mse"] as const) {
        const scheme = q.scheme({ weights, activations: q.uint(16) });
        const prepared = await q.prepare(model, scheme, { calibration: data, method });
        const quantized = await q.quantize(model, scheme, { calibration: data, method });
        const logits = (one: q.tf.LayersModel) =>
          tf.tidy(() => (one.predict(data.xs) as q.tf.Tensor).dataSync());
        expect(logits(quantized).every(Number.isFinite)).toBe(true);
        expect(logits(quantized)).toEqual(logits(prepared));
        const kernel = quantized.getLayer("conv").getWeights()[0]!.dataSync();
        expect(kernel.every((value, i) => i % 8 !== 0 || value === 0)).toBe(true);
        prepared.dispose();
        quantized.dispose();
      }
      expect(tf.memory().numTensors).toBe(held);
    },
  );
});

it("prepare, quantize, fit, accuracy and dispose leave the number of tensors as it was", {
  tags: "slow",
}, async () => {
  const { train } = await digits();
  const data = train.take(48);
  const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(3) });
  const round = async () => {
    const model = cnn();
    await q.fit(model, data, { epochs: 1, progress: false, validation: data });
    const ptq = await q.quantize(model, scheme, { calibration: data });
    const qat = await q.prepare(model, scheme, { calibration: data });
    await q.fit(qat, data, { epochs: 1, progress: false });
    for (const one of [model, ptq, qat]) {
      q.accuracy(one, data);
      one.dispose();
    }
  };
  await round();
  const held = tf.memory();
  for (let i = 0; i < 3; i++) await round();
  expect(tf.memory().numTensors).toBe(held.numTensors);
  expect(tf.memory().numDataBuffers).toBe(held.numDataBuffers);
});
