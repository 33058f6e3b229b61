import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { distillationLoss } from "../../src/compression/distillation.js";
import { magnitudeMask } from "../../src/compression/mask.js";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";
import golden from "../golden/compression.json" with { type: "json" };

const { tf } = q;
const { versions } = golden;
const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);

function numbers(seed: number, shape: number[], factor = 1): Float32Array {
  const random = generator(seed);
  return Float32Array.from({ length: size(shape) }, () => factor * (2 * random() - 1));
}

/** A model of one layer for each kernel, side by side. */
function modelOf(kernels: { seed: number; shape: number[] }[]): q.tf.LayersModel {
  const layers = kernels.map(({ seed, shape }) => {
    const kernel = tf.tensor(numbers(seed, shape), shape);
    const options = { name: `layer${seed}`, useBias: false, weights: [kernel] };
    const [height, width] = shape;
    return shape.length === 2
      ? { input: [shape[0]!], layer: tf.layers.dense({ ...options, units: shape[1]! }) }
      : {
          input: [height!, width!, shape[2]!],
          layer: tf.layers.conv2d({
            ...options,
            filters: shape[3]!,
            kernelSize: [height!, width!],
          }),
        };
  });
  const inputs = layers.map(({ input }) => tf.input({ shape: input }));
  const outputs = layers.map(({ layer }, i) => layer.apply(inputs[i]!) as q.tf.SymbolicTensor);
  return tf.model({ inputs, outputs });
}

function maskOf(model: q.tf.LayersModel, seed: number) {
  const [kernel] = model.getLayer(`layer${seed}`).getWeights();
  const mask = Uint8Array.from(kernel!.dataSync(), (value) => (value === 0 ? 0 : 1));
  return {
    kept: mask.reduce((sum, one) => sum + one, 0),
    mask: createHash("sha256").update(mask).digest("hex"),
  };
}

describe(`pruning keeps what TensorFlow's toolkit ${versions.tensorflow_model_optimization} keeps`, () => {
  it.each(golden.magnitude)("at a sparsity of $sparsity, of shape $shape", (expected) => {
    const model = q.compression.prune(modelOf([expected]), { sparsity: expected.sparsity });
    expect(expected).toMatchObject(maskOf(model, expected.seed));
  });

  it.each(golden.patterns)("in the pattern $pattern, of shape $shape", (expected) => {
    const pattern = expected.pattern as `${number}:${number}`;
    const model = q.compression.prune(modelOf([expected]), { pattern });
    expect(expected).toMatchObject(maskOf(model, expected.seed));
  });

  it.each(golden.schedules)("on its schedule from $initial to $sparsity", (expected) => {
    const { steps, values, ...options } = expected;
    const schedule = q.compression.gradualPruning(options);
    values.forEach((value, i) => {
      expect(schedule.at(steps[i]!)).toBeCloseTo(value, 6);
    });
  });
});

it(`pruning a whole model keeps what PyTorch ${versions.torch} keeps`, () => {
  const { sparsity, layers } = golden.overall;
  const model = q.compression.prune(modelOf(layers), { sparsity, scope: "model" });
  for (const expected of layers) expect(expected).toMatchObject(maskOf(model, expected.seed));
});

/** The network of two layers that the golden program trains, and its examples. */
function network() {
  const kernels = [
    [6, 5],
    [5, 3],
  ].map((shape, i) => tf.tensor(numbers(10 + i, shape), shape));
  const biases = [5, 3].map((units) => tf.zeros([units]));
  const { dense } = tf.layers;
  const model = tf.sequential({
    layers: [
      dense({ units: 5, activation: "relu", inputShape: [6], weights: [kernels[0]!, biases[0]!] }),
      dense({ units: 3, weights: [kernels[1]!, biases[1]!] }),
    ],
  });
  const ys = tf.oneHot(tf.range(0, 8, 1, "int32").mod(tf.scalar(3, "int32")), 3);
  return { model, data: { xs: tf.tensor(numbers(1, [8, 6]), [8, 6]), ys: ys.toFloat() } };
}

const optimizers = {
  adam: () => tf.train.adam(0.02, 0.9, 0.999, 1e-7),
  momentum: () => tf.train.momentum(0.02, 0.9),
};

async function train(model: q.tf.LayersModel, data: q.TensorData, name: string, options: object) {
  const optimizer = optimizers[name as keyof typeof optimizers]();
  const history = await q.fit(model, data, {
    epochs: 40,
    batchSize: 8,
    optimizer,
    loss: (targets, logits) => tf.losses.softmaxCrossEntropy(targets, logits),
    progress: false,
    ...options,
  });
  const layers = model.layers.slice(-2);
  const kernels = layers.flatMap((layer) => [...layer.getWeights()[0]!.dataSync()]);
  return { losses: history.map(({ loss }) => loss).filter((_, i) => i % 10 === 0), kernels };
}

function near(values: number[], expected: number[], tolerance: number): void {
  expect(values.length).toBe(expected.length);
  values.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance);
  });
}

const ways = [{ compile: false }, { rewrite: false }, { rewrite: true }];

describe(`training makes the steps that PyTorch ${versions.torch} makes`, () => {
  it.each(golden.pruned)("on pruned kernels, by $optimizer", { tags: "slow" }, async (expected) => {
    for (const options of ways) {
      const { model, data } = network();
      const pruned = q.compression.prune(model, { sparsity: 0.5 });
      const { losses, kernels } = await train(pruned, data, expected.optimizer, options);
      near(losses, expected.losses, 1e-5);
      near(kernels, expected.kernels.flat(), 2e-5);
    }
  });

  it.each(golden.clustered)(
    "on clustered kernels, by $optimizer",
    { tags: "slow" },
    async (expected) => {
      for (const options of ways) {
        const { model, data } = network();
        const clustered = q.compression.cluster(model, { bits: 2 });
        for (const layer of clustered.layers.slice(-2)) shareFirst(layer);
        const { losses, kernels } = await train(clustered, data, expected.optimizer, options);
        near(losses, expected.losses, 1e-5);
        near(kernels, expected.kernels.flat(), 2e-5);
      }
    },
  );
});

/** The clusters of the golden program: neighbours by size, with the value of their first member. */
function shareFirst(layer: q.tf.LayersModel["layers"][number]): void {
  const seed = layer.outputShape.at(-1) === 5 ? 10 : 11;
  const [kernel, bias] = layer.getWeights();
  const values = numbers(seed, kernel!.shape);
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const index = new Map(order.map((at, rank) => [at, Math.floor((rank * 4) / values.length)]));
  const shared = values.map((_, i) => values.find((_, j) => index.get(j) === index.get(i))!);
  layer.setWeights([tf.tensor(shared, kernel!.shape), bias!]);
}

it.each(golden.distillation)(
  "the loss of distillation is PyTorch's at temperature $temperature and alpha $alpha",
  ({ loss, gradient, ...options }) => {
    const labels = tf.tensor2d([0, 1, 2, 3, 4, 0, 1], [7, 1]);
    const teacher = tf.tensor2d(numbers(4, [7, 5], 4), [7, 5]);
    const student = tf.tensor2d(numbers(3, [7, 5], 4), [7, 5]);
    const measured = distillationLoss(5, options);
    const targets = tf.concat([labels, teacher], 1);
    const f = (logits: q.tf.Tensor) => measured(targets, logits).asScalar();
    const { value, grad } = tf.valueAndGrad(f)(student);
    expect(value.dataSync()[0]).toBeCloseTo(loss, 5);
    near([...grad.dataSync()], gradient, 1e-6);
  },
);

it("pruning takes the first of equal weights", () => {
  expect([...magnitudeMask(Float32Array.of(1, -1, 1, 2), 0.5)]).toEqual([0, 0, 1, 1]);
});
