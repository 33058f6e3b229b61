import { afterEach, describe, expect, it, vi } from "vitest";
import * as q from "../../../src/index.js";
import {
  cnn,
  digits,
  randomize,
  throughFile,
  trainedCnn,
  trainedMlp,
  weights,
} from "../../fixtures/index.js";

const { tf } = q;
const { layers } = tf;
type Layer = InstanceType<typeof layers.Layer>;

const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
const bias = { biasInitializer: "randomNormal" } as const;
const noBias = { useBias: false } as const;

/** Layers whose input is 0 where the model's is, before a last layer whose output is then its bias. */
function endingIn(last: Layer[], inputShape = [6, 6, 2]): q.tf.LayersModel {
  const first = layers.conv2d({ inputShape, filters: 3, kernelSize: 1, name: "first", ...noBias });
  const all = [first, layers.reLU({ name: "relu" }), ...last];
  return randomize(tf.sequential({ layers: all }), 3);
}

async function prepared(model: q.tf.LayersModel, options: object = {}, chosen = scheme) {
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  const xs = tf.randomUniform([32, ...shape], 0, 1, "float32", 1);
  return q.prepare(model, chosen, { calibration: { xs }, method: "minmax", ...options });
}

/** The outputs at an input of zeros: one for each channel. */
function atZero(model: q.tf.LayersModel, channels: number): number[] {
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  const y = tf.tidy(() => (model.predict(tf.zeros([1, ...shape])) as q.tf.Tensor).dataSync());
  return [...y.slice(0, channels)];
}

const quantized = (model: q.tf.LayersModel, name: string) =>
  model.getLayer(name) as q.QuantizedLayer;

/** The multiples of s_x · s_w that are nearest to a layer's biases, in float32. */
function byHand(model: q.tf.LayersModel, name: string, input: q.QuantizedLayer): number[] {
  const { inner, weightFormat, ranges } = quantized(model, name);
  const kernel = q.affine(weightFormat!, ranges.call(quantized(model, name)).weights!).scale;
  const x = q.affine(input.activationFormat!, input.ranges().activations!).scale[0]!;
  const biases = inner.weights.find(({ originalName }) => /bias$/.test(originalName))!.read();
  return [...biases.dataSync()].map((value, channel) => {
    const step = Math.fround(x * kernel[kernel.length === 1 ? 0 : channel]!);
    return Math.fround(Math.round(Math.fround(value / step)) * step);
  });
}

afterEach(() => vi.restoreAllMocks());

describe("biases on the grid", () => {
  const size = { filters: 4, kernelSize: 3, name: "last", ...bias };
  it.each<[string, Layer, number]>([
    ["Conv2D", layers.conv2d(size), 4],
    ["Conv2DTranspose", layers.conv2dTranspose(size), 4],
    ["DepthwiseConv2D", layers.depthwiseConv2d({ ...size, depthMultiplier: 2 }), 6],
    ["Dense", layers.dense({ units: 5, name: "last", ...bias }), 5],
  ])("%s computes with the nearest multiple of s_x · s_w", async (_, last, channels) => {
    const model = endingIn([last]);
    const [grid, float] = [await prepared(model, { biases: "grid" }), await prepared(model)];
    const expected = byHand(grid, "last", quantized(grid, "relu"));
    expect(atZero(grid, channels)).toEqual(expected);
    const { inner } = quantized(float, "last");
    const latent = inner.weights.find(({ originalName }) => /bias$/.test(originalName))!.read();
    expect(atZero(float, channels)).toEqual([...latent.dataSync()]);
    expect(expected).not.toEqual([...latent.dataSync()]);
  });

  it("shares one scale where the weights do", async () => {
    const model = endingIn([layers.conv2d(size)]);
    const perTensor = q.scheme({ weights: q.int(4), activations: q.uint(4) });
    const grid = await prepared(model, { biases: "grid" }, perTensor);
    expect(atZero(grid, 4)).toEqual(byHand(grid, "last", quantized(grid, "relu")));
  });

  it("finds the scale of the input behind layers that pass values on", async () => {
    const between = [
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.5 }),
      layers.zeroPadding2d({}),
      layers.flatten(),
    ];
    const model = endingIn([...between, layers.dense({ units: 5, name: "last", ...bias })]);
    const grid = await prepared(model, { biases: "grid" });
    expect(atZero(grid, 5)).toEqual(byHand(grid, "last", quantized(grid, "relu")));
  });

  it("takes the range that the inputs of a concatenation share", async () => {
    const input = tf.input({ shape: [4] });
    const branch = (name: string) => layers.dense({ units: 3, name, ...noBias }).apply(input);
    const both = layers
      .concatenate({ name: "both" })
      .apply([branch("a"), branch("b")] as q.tf.SymbolicTensor[]);
    const last = layers.dense({ units: 5, name: "last", ...bias }).apply(both);
    const model = randomize(tf.model({ inputs: input, outputs: last as never }), 4);
    const grid = await prepared(model, { biases: "grid" });
    expect(atZero(grid, 5)).toEqual(byHand(grid, "last", quantized(grid, "both")));
  });

  it("takes the range of a recurrent layer's states, and leaves that layer's own bias", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const model = randomize(
      tf.sequential({
        layers: [
          layers.lstm({ units: 3, inputShape: [4, 2], name: "lstm" }),
          layers.dense({ units: 5, name: "last" }),
        ],
      }),
      2,
    );
    const grid = await prepared(model, { biases: "grid" });
    expect(warn.mock.calls.flat().join()).toContain(
      'biases: "grid" leaves biases in float: "lstm" (LSTM: the sums inside have no single grid)',
    );
    const xs = tf.randomUniform([2, 4, 2], -1, 1, "float32", 8);
    const state = tf.model({
      inputs: grid.inputs,
      outputs: grid.getLayer("lstm").output as q.tf.SymbolicTensor,
    });
    const last = quantized(grid, "last");
    const computed = tf.tidy(() => {
      const products = (state.predict(xs) as q.tf.Tensor2D).matMul(last.quantizedKernel() as never);
      return products.add(byHand(grid, "last", quantized(grid, "lstm"))).dataSync();
    });
    expect((grid.predict(xs) as q.tf.Tensor).dataSync()).toEqual(computed);
  });

  it("names layers whose biases stay in float", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const separable = layers.separableConv2d({ filters: 3, kernelSize: 3, name: "apart" });
    const model = endingIn([separable, layers.conv2d(size)]);
    await prepared(model, { biases: "grid" });
    expect(warn.mock.calls.flat().join()).toContain(
      'biases: "grid" leaves biases in float: "apart" (SeparableConv2D: the sums inside have no single grid)',
    );
  });

  it("is refused where no bias has a grid, and for another word", async () => {
    const model = endingIn([layers.conv2d(size)]);
    const weightsOnly = q.scheme({ weights: q.int(4) });
    await expect(prepared(model, { biases: "grid" }, weightsOnly)).rejects.toThrow(
      `the model has "last" (Conv2D: its input isn't quantized, or not everywhere alike)`,
    );
    await expect(prepared(model, { biases: "snap" })).rejects.toThrow(
      'invalid biases: snap (expected "float" or "grid"',
    );
  });

  it("leaves a shared layer that reads values of two grids", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const input = tf.input({ shape: [4] });
    const shared = layers.dense({ units: 4, name: "shared", activation: "relu", ...bias });
    const last = layers.dense({ units: 4, name: "last", ...bias });
    const twice = last.apply(shared.apply(shared.apply(input)));
    const model = randomize(tf.model({ inputs: input, outputs: twice as never }), 5);
    const grid = await prepared(model, { biases: "grid" });
    expect(console.warn).toHaveBeenCalledWith(
      expect.stringContaining('"shared" (Dense: its input'),
    );
    const float = await prepared(model);
    const hidden = (of: q.tf.LayersModel) => {
      const output = of.getLayer("shared").getOutputAt(0) as q.tf.SymbolicTensor;
      return atZero(tf.model({ inputs: of.inputs, outputs: output }), 4);
    };
    expect(hidden(grid)).toEqual(hidden(float));
  });

  it("comes back from a file", async () => {
    const grid = await prepared(endingIn([layers.conv2d(size)]), { biases: "grid" });
    expect(atZero(await throughFile(grid), 4)).toEqual(atZero(grid, 4));
  });

  it("passes biases as they are while nothing is rounded", async () => {
    const grid = await prepared(endingIn([layers.conv2d(size)]), { biases: "grid" });
    const snapped = atZero(grid, 4);
    q.qat.disableFakeQuant(grid);
    const latent = quantized(grid, "last").inner.getWeights()[1]!.dataSync();
    expect(atZero(grid, 4)).toEqual([...latent]);
    q.qat.enableFakeQuant(grid);
    expect(atZero(grid, 4)).toEqual(snapped);
  });

  it("holds for q.quantize, whose biases then lie on the grid", { tags: "slow" }, async () => {
    const { train } = await digits();
    const options = { calibration: train.take(64), techniques: ["biasCorrection"] } as const;
    const ptq = await q.quantize(await trainedCnn(), scheme, { ...options, biases: "grid" });
    expect(q.qat.snapBiases(ptq)).toEqual({ moved: 0, largest: 0 });
  });

  it("holds for batch normalization that is trained, folded or not", { tags: "slow" }, async () => {
    const { train } = await digits();
    const options = { calibration: train.take(64), batchNorm: "train", biases: "grid" } as const;
    const trained = await q.prepare(await trainedCnn(), scheme, options);
    const folded = q.qat.foldTrainedBatchNorm(trained);
    const [a, b] = [trained, folded].map((model) => model.predict(train.xs.slice(0, 64)));
    expect((b as q.tf.Tensor).dataSync()).toEqual((a as q.tf.Tensor).dataSync());
    expect(q.qat.snapBiases(folded).moved).toBeGreaterThan(0);
    const snapped = folded.predict(train.xs.slice(0, 64)) as q.tf.Tensor;
    expect(snapped.dataSync()).toEqual((a as q.tf.Tensor).dataSync());
  });
});

describe("snapBiases", () => {
  it("says how many biases moved, and by how much at most", async () => {
    const model = await prepared(
      endingIn([layers.conv2d({ filters: 4, kernelSize: 3, name: "last", ...bias })]),
    );
    const expected = byHand(model, "last", quantized(model, "relu"));
    const before = atZero(model, 4);
    const moves = expected.map((value, i) => Math.abs(Math.fround(value - before[i]!)));
    const result = q.qat.snapBiases(model);
    expect(result).toEqual({
      moved: moves.filter((move) => move > 0).length,
      largest: Math.max(...moves),
    });
    expect(result.moved).toBe(4);
    expect(atZero(model, 4)).toEqual(expected);
    expect(q.qat.snapBiases(model)).toEqual({ moved: 0, largest: 0 });
  });

  it("takes a quantized model only", () => {
    expect(() => q.qat.snapBiases(cnn())).toThrow("has no quantizers");
  });
});

describe("training with biases on the grid", () => {
  it.each(["clippedSte", "lsq"] as const)(
    "by %s is the same compiled and eager, to the last bit",
    {
      tags: "slow",
    },
    async (estimator) => {
      const { train } = await digits();
      const movingAverage = estimator === "clippedSte";
      const options = {
        calibration: train.take(64),
        estimator,
        movingAverage,
        biases: "grid",
      } as const;
      const run = async (compile: boolean) => {
        const model = await q.prepare(await trainedMlp(), scheme, options);
        const how = { epochs: 1, batchSize: 16, compile, rewrite: false, progress: false };
        await q.fit(model, train.take(320), how);
        return weights(model);
      };
      expect(await run(true)).toEqual(await run(false));
    },
  );

  it("converges, as it does with float biases", { tags: "slow" }, async () => {
    const { train, test } = await digits();
    const three = q.scheme({ weights: q.int(3), activations: q.uint(3) });
    const gains = [];
    for (const biases of ["float", "grid"] as const) {
      const options = { calibration: train.take(128), biases };
      const model = await q.prepare(await trainedMlp(), three, options);
      const before = q.accuracy(model, test);
      await q.fit(model, train, { epochs: 5, progress: false });
      gains.push(q.accuracy(model, test) - before);
    }
    expect(gains[1]).toBeGreaterThan(0.1);
    expect(Math.abs(gains[1]! - gains[0]!)).toBeLessThan(0.05);
  });
});
