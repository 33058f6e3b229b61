import { beforeAll, describe, expect, it } from "vitest";
import { KernelLoss } from "../../src/analysis/sensitivity/hessianVector.js";
import * as q from "../../src/index.js";
import { ruledWeights } from "../../src/layers/index.js";
import { digits, generator } from "../fixtures/index.js";
import golden from "../golden/hessian.json" with { type: "json" };

const { tf } = q;

/** As test/peers/hessian.py makes them. */
function numbers(seed: number, shape: number[], scale = 1): q.tf.Tensor {
  const next = generator(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Array.from({ length: size }, () => scale * (2 * next() - 1)),
    shape,
  );
}
const signs = (seed: number, shape: number[]) =>
  tf.tidy(() => numbers(seed, shape).greaterEqual(0).toFloat().mul(2).sub(1));

const names = Object.keys(golden.shapes) as (keyof typeof golden.shapes)[];

function convolutional(pooling: "valid" | "overlapping" = "valid") {
  const { layers } = tf;
  const model = tf.sequential({
    layers: [
      layers.conv2d({
        name: "conv",
        filters: 3,
        kernelSize: 3,
        padding: "same",
        inputShape: [16, 16, 1],
      }),
      layers.reLU({}),
      pooling === "valid"
        ? layers.maxPooling2d({ poolSize: 2 })
        : layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }),
      layers.depthwiseConv2d({
        name: "depthwise",
        kernelSize: 3,
        padding: "same",
        depthMultiplier: 2,
      }),
      layers.reLU({}),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.conv2d({ name: "strided", filters: 4, kernelSize: 2, strides: 2, activation: "relu" }),
      layers.flatten(),
      layers.dense({ name: "logits", units: 4 }),
    ],
  });
  names.forEach((name, i) => {
    const layer = model.getLayer(name);
    const [, bias] = layer.getWeights();
    layer.setWeights([numbers(10 + i, golden.shapes[name], 0.7), tf.zerosLike(bias!)]);
  });
  return model;
}
const images = () => numbers(1, [6, 16, 16, 1]);
const labels = () => tf.tensor1d([0, 1, 2, 3, 0, 1], "int32");

/** The kernel of a layer, where the loss finds it. */
const kernelOf = (layer: Parameters<typeof ruledWeights>[0]) => ({
  layer,
  path: ruledWeights(layer)[0]!.path,
});

describe("the Hessian's product with a vector", () => {
  it.each(golden.cases)(`is that of PyTorch ${golden.versions.torch}, seed $seed`, (one) => {
    const model = convolutional();
    const loss = new KernelLoss(
      model,
      names.map((name) => kernelOf(model.getLayer(name))),
      4,
    );
    expect(loss.loss(loss.kernels(), images(), labels()).dataSync()[0]).toBeCloseTo(golden.loss, 5);
    const vector = names.map((name, i) => signs(one.seed + i, golden.shapes[name]));
    const products = loss.product(vector, images(), labels());
    expect(loss.method).toBe("double backward");
    names.forEach((name, i) => {
      const values = products[i]!.dataSync();
      const largest = Math.max(...values.map(Math.abs));
      const every = Math.max(1, Math.floor(values.length / 9));
      one.products[name].forEach((expected, k) => {
        expect(Math.abs(values[k * every]! - expected)).toBeLessThan(1e-5 * largest);
      });
    });
  });

  it("by central differences is near the exact one where there is no kink", () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ name: "a", units: 5, inputShape: [4] }),
        tf.layers.dense({ name: "b", units: 3 }),
      ],
    });
    model.layers.forEach((layer, i) => {
      const [kernel, bias] = layer.getWeights();
      layer.setWeights([numbers(5 + i, kernel!.shape), tf.zerosLike(bias!)]);
    });
    const [xs, ys] = [numbers(3, [20, 4]), tf.range(0, 20, 1, "int32").mod(tf.scalar(3, "int32"))];
    const loss = new KernelLoss(model, model.layers.map(kernelOf), 3);
    const vector = model.layers.map((layer, i) => signs(i, layer.getWeights()[0]!.shape));
    const exact = loss.product(vector, xs, ys).map((product) => product.dataSync());
    loss.method = "central differences";
    const near = loss.product(vector, xs, ys).map((product) => product.dataSync());
    exact.forEach((values, i) => {
      const largest = Math.max(...values.map(Math.abs));
      values.forEach((value, k) => {
        expect(Math.abs(value - near[i]![k]!)).toBeLessThan(1e-3 * largest);
      });
    });
  });
});

describe("q.analysis.hessianTrace", () => {
  let data: q.Dataset;
  beforeAll(async () => {
    data = q.dataset(images() as never, [0, 1, 2, 3, 0, 1]);
  });

  it("is within its error of the trace that PyTorch computes entry by entry", {
    tags: "slow",
  }, async () => {
    const model = convolutional();
    const held = tf.memory().numTensors;
    const found = await q.analysis.hessianTrace(model, data, { samples: 24, seed: 1 });
    expect(tf.memory().numTensors).toBe(held);
    expect(found.method).toBe("double backward");
    for (const row of found.rows) {
      const expected = golden.traces[row.layer as keyof typeof golden.traces];
      expect(Math.abs(row.trace - expected)).toBeLessThan(4 * row["standard error"]);
      expect(row["trace per parameter"]).toBeCloseTo(row.trace / row.parameters, 12);
    }
    const again = await q.analysis.hessianTrace(model, data, {
      samples: 24,
      seed: 1,
      batchSize: 4,
    });
    again.rows.forEach(({ trace }, i) => {
      expect(trace / found.rows[i]!.trace).toBeCloseTo(1, 4);
    });
    expect(found.figure.spec.data).toHaveLength(1);
  });

  it("is the closed form for a linear classifier: the mean of |x|²(1 − Σp²)", {
    tags: "slow",
  }, async () => {
    const { train } = await digits();
    const few = train.take(100);
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [8, 8, 1] }),
        tf.layers.dense({ name: "logits", units: 10, useBias: false }),
      ],
    });
    model.getLayer("logits").setWeights([numbers(9, [64, 10], 0.2)]);
    const closed = tf.tidy(() => {
      const p = tf.softmax(model.predict(few.xs) as q.tf.Tensor);
      const power = few.xs.square().sum([1, 2, 3]);
      return power
        .mul(tf.sub(1, p.square().sum(-1)))
        .mean()
        .dataSync()[0]!;
    });
    const found = await q.analysis.hessianTrace(model, few, { samples: 200 });
    expect(found.method).toBe("double backward");
    const [row] = found.rows;
    expect(Math.abs(row!.trace - closed)).toBeLessThan(3.5 * row!["standard error"]);
    expect(row!["standard error"]).toBeLessThan(closed / 20);
  });

  it("takes central differences of smooth activations, whose second derivative tfjs loses", {
    tags: "slow",
  }, async () => {
    // One hidden unit: the loss is L(b·tanh(a·x)), its second derivative in a has a closed form.
    const model = tf.sequential({
      layers: [
        tf.layers.dense({
          name: "a",
          units: 1,
          activation: "tanh",
          useBias: false,
          inputShape: [1],
        }),
        tf.layers.dense({ name: "b", units: 2, useBias: false }),
      ],
    });
    const [a, b, x] = [0.8, 1.5, 1.2];
    model.getLayer("a").setWeights([tf.tensor2d([[a]])]);
    model.getLayer("b").setWeights([tf.tensor2d([[b, 0]])]);
    const one = q.dataset(tf.tensor2d([[x]]), [1], { classes: 2 });
    const found = await q.analysis.hessianTrace(model, one, { samples: 64 });
    expect(found.method).toBe("central differences");
    // L = log(1 + e^z), z = b·tanh(a·x).
    const t = Math.tanh(a * x);
    const p = 1 / (1 + Math.exp(-b * t));
    const slope = b * (1 - t * t) * x;
    const bend = -2 * b * t * (1 - t * t) * x * x;
    const exact = p * (1 - p) * slope ** 2 + p * bend;
    const [row] = found.rows;
    expect(Math.abs(row!.trace - exact)).toBeLessThan(4 * row!["standard error"] + 1e-3);
  });

  it("falls back to central differences where pooling windows overlap", {
    tags: "slow",
  }, async () => {
    const found = await q.analysis.hessianTrace(convolutional("overlapping"), data, { samples: 2 });
    expect(found.method).toBe("central differences");
    expect(found.rows.every(({ trace }) => Number.isFinite(trace))).toBe(true);
  });

  it("scores widths: half the curvature times the squared rounding error", {
    tags: "slow",
  }, async () => {
    const model = convolutional();
    const hessian = await q.analysis.hessianTrace(model, data, { samples: 8 });
    const scheme = q.scheme({
      weights: q.int(8, { per: "channel" }),
      layers: { conv: { weights: undefined } },
    });
    const scores = await hessian.scores(scheme, { bits: [2, 4] });
    expect(Object.keys(scores)).toEqual(["depthwise", "strided", "logits"]);
    const layers = { logits: { weights: q.int(4, { per: "channel" }) } };
    const quantized = await q.quantize(model, q.scheme({ layers }), { calibration: data });
    const [before, after] = [model, quantized].map((m) => m.getLayer("logits").getWeights()[0]!);
    const error = tf.squaredDifference(before!, after!).sum().dataSync()[0]!;
    const row = hessian.rows.find(({ layer }) => layer === "logits")!;
    expect(scores.logits![4]).toBeCloseTo((row["trace per parameter"] * error) / 2, 6);
    expect(scores.logits![2]!).toBeGreaterThan(scores.logits![4]!);
    const budget = { bytes: 700 };
    const mixed = q.analysis.mixedPrecision(model, scheme, { budget, sensitivity: scores });
    expect(mixed.cost.total.bytes).toBeLessThanOrEqual(700);
  });

  it("says what it can't use", async () => {
    const model = convolutional();
    const trace = (samples: number) => q.analysis.hessianTrace(model, data, { samples });
    await expect(trace(1)).rejects.toThrow("invalid samples: 1");
    const scheme = q.scheme({ weights: q.int(8) });
    const ptq = await q.quantize(model, scheme, { calibration: data });
    await expect(q.analysis.hessianTrace(ptq, data)).rejects.toThrow("is quantized");
  });
});
