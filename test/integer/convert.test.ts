import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";
import { cnn, digits, hill, randomize, trainedCnn } from "../fixtures/index.js";
import { whole } from "../fixtures/whole.js";
import { compareLayers } from "./layerwise.js";

const { tf } = q;
type Layer = q.tf.LayersModel["layers"][number];
const int8 = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });

/** A model quantized with random weights, on random examples. */
async function quantized(model: q.tf.LayersModel, scheme = int8, seed = 5) {
  const random = generator(seed);
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  const xs = hill([16, ...shape], random);
  const prepared = await q.quantize(model, scheme, { calibration: { xs } });
  return { prepared, xs };
}

describe("an integer model", () => {
  it("deploys the accuracy that was trained, to the last image", { tags: "slow" }, async () => {
    const { train, test } = await digits();
    const ptq = await q.quantize(await trainedCnn(), int8, { calibration: train.take(128) });
    const integer = q.convert(ptq);
    const [a, b] = [ptq, integer].map((model) =>
      tf.tidy(() => (model.predict(test.xs) as q.tf.Tensor).argMax(-1).dataSync()),
    );
    expect(Array.from(a!).filter((named, i) => named !== b![i])).toEqual([]);
    expect(q.accuracy(integer, test)).toBe(q.accuracy(ptq, test));
  });

  it("has the codes of the prepared model at every layer, but for ties", {
    tags: "slow",
  }, async () => {
    const seeds = whole ? 1000 : 6;
    let [codes, ties] = [0, 0];
    for (let seed = 1; seed <= seeds; seed++) {
      const model = randomize(cnn(), seed);
      const { prepared, xs } = await quantized(model, int8, seed);
      const integer = q.convert(prepared, { calibration: { xs } });
      q.qat.snapBiases(prepared);
      for (let i = 0; i < 4; i++) {
        const x = xs.slice([i], [1]);
        for (const layer of compareLayers(prepared, integer, x)) {
          expect(layer.wrong, `seed ${seed}, ${layer.layer}`).toBe(0);
          codes += layer.codes;
          ties += layer.ties;
        }
        x.dispose();
      }
      for (const one of [model, prepared, integer]) one.dispose();
    }
    expect(codes).toBeGreaterThan(seeds * 4 * 500);
    expect(ties / codes).toBeLessThan(1e-4);
  });

  it("comes back out of a saved file with the same codes", { tags: "slow" }, async () => {
    const { prepared, xs } = await quantized(randomize(cnn(), 3));
    const integer = q.convert(prepared);
    let saved: Parameters<typeof tf.io.fromMemory>[0] | undefined;
    await integer.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
    const [a, b] = [integer, loaded].map((model) => (model.predict(xs) as q.tf.Tensor).dataSync());
    expect(b).toEqual(a);
  });

  it("is an integer model again where q.models.load reads its folder", async () => {
    const { prepared, xs } = await quantized(randomize(cnn(), 3));
    const integer = q.convert(prepared, { kernel: "tflite-reference" });
    const folder = mkdtempSync(join(tmpdir(), "qatlab-integer-"));
    try {
      await integer.save(`file://${folder}`);
      const loaded = await q.models.load(folder);
      expect(String(loaded)).toBe(String(integer));
      const again = loaded as q.IntegerModel;
      expect(again.kernel).toBe("tflite-reference");
      expect(again.codes(xs)).toEqual(integer.codes(xs));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("ends in 32-bit sums where nothing gives its output a range, else in 8 bits", {
    tags: "slow",
  }, async () => {
    const { prepared, xs } = await quantized(randomize(cnn(), 4));
    const sums = q.convert(prepared);
    const codes = q.convert(prepared, { calibration: { xs } });
    const output = ({ program }: q.IntegerModel) => program.tensors[program.outputs[0]!]!;
    expect(output(sums)).toMatchObject({ type: "int32" });
    expect(output(codes)).toMatchObject({ type: "int8", smallest: -128, largest: 127 });
    const [a, b] = [sums, codes].map((model) => (model.predict(xs) as q.tf.Tensor).dataSync());
    const step = output(codes).scale[0]!;
    for (const [i, value] of a!.entries())
      expect(Math.abs(value - b![i]!)).toBeLessThan(step * 0.51);
  });

  it("gives weights more room where a bias is far larger than the products", async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 3, inputShape: [4], name: "nearlyDead", activation: "relu" }),
        tf.layers.dense({ units: 2, name: "head" }),
      ],
    });
    randomize(model, 8);
    const [kernel, bias, ...rest] = model.getWeights() as [q.tf.Tensor, q.tf.Tensor];
    const tiny = tf.mul(kernel, [[1, 1e-9, 1]]);
    model.setWeights([tiny, tf.add(tf.abs(bias), 0.5), ...rest]);
    const { prepared, xs } = await quantized(model);
    const integer = q.convert(prepared);
    const [a, b] = [prepared, integer].map((one) => (one.predict(xs) as q.tf.Tensor).dataSync());
    for (const [i, value] of a!.entries()) expect(b![i]).toBeCloseTo(value, 1);
  });
});

it("a ReLU6 is a ReLU where its bound would be a code of more than 31 bits", async () => {
  const { dense } = tf.layers;
  const make = (size: number) => {
    const model = tf.sequential({
      layers: [
        dense({ units: 3, inputShape: [4], useBias: false }),
        tf.layers.reLU({ maxValue: 6 }),
        dense({ units: 2 }),
      ],
    });
    randomize(model, 4);
    const [kernel, ...rest] = model.getWeights() as [q.tf.Tensor];
    model.setWeights([tf.mul(kernel, size), ...rest]);
    return model;
  };
  const clampOf = async (size: number) => {
    const { prepared } = await quantized(make(size));
    const [op] = q.convert(prepared).program.ops;
    return (op as { activation: string }).activation;
  };
  // LiteRT: "no_integer_overflow_from_quantization was not true".
  expect(await clampOf(1e-9)).toBe("relu");
  expect(await clampOf(1)).toBe("relu6");
});

describe("a layer that stays in float", () => {
  const model = () => {
    const { dense, layerNormalization } = tf.layers;
    return randomize(
      tf.sequential({
        layers: [
          dense({ units: 6, inputShape: [4], activation: "relu" }),
          layerNormalization({ name: "norm" }),
          dense({ units: 3, name: "logits" }),
        ],
      }),
      3,
    );
  };

  it("takes the values of codes, and gives codes", async () => {
    const { prepared, xs } = await quantized(model());
    const before = tf.memory().numTensors;
    const integer = q.convert(prepared, { float: ["norm*"] });
    expect(integer.notes).toEqual([
      "norm: it stays in float, so that the model isn't one of integers only",
    ]);
    q.qat.snapBiases(prepared);
    const [a, b] = [prepared, integer].map((one) =>
      tf.tidy(() => (one.predict(xs) as q.tf.Tensor).dataSync()),
    );
    for (const [i, value] of a!.entries()) expect(b![i]).toBeCloseTo(value, 4);
    expect(tf.memory().numTensors).toBe(before);
    await expect(integer.save(tf.io.withSaveHandler(() => Promise.reject()))).rejects.toThrow(
      'cannot save layer "norm": it stays in float',
    );
  });

  it("is named by the refusal of a layer without an integer form, and has to be there", async () => {
    const { thresholdedReLU, dense } = tf.layers;
    const layers = [
      thresholdedReLU({ inputShape: [4], theta: 0.1, name: "bent" }),
      dense({ units: 2 }),
    ];
    const { prepared } = await quantized(randomize(tf.sequential({ layers }), 5));
    expect(() => q.convert(prepared)).toThrow('q.convert(model, { float: ["bent"] })');
    expect(() => q.convert(prepared, { float: ["ben"] })).toThrow(
      /invalid float: no layer "ben" \(the model has/,
    );
  });
});

describe("a trace", () => {
  it("has the accumulators of a closed form, and follows an output by hand", async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [3], name: "logits" })],
    });
    model.setWeights([
      tf.tensor2d([
        [1, -0.5],
        [0.25, 1],
        [-1, 0],
      ]),
      tf.tensor1d([0.5, -0.25]),
    ]);
    const xs = tf.tensor2d([
      [0, 0.4, 1],
      [1, 1, 0],
    ]);
    const prepared = await q.prepare(model, int8, { calibration: { xs }, method: "minmax" });
    const integer = q.convert(prepared, { calibration: { xs } });
    const trace = integer.trace(xs.slice([0], [1]));
    const logits = trace.at("logits");
    const [input, weights, biases] = integer.program.ops[0]!.inputs.map(
      (i) => integer.program.tensors[i]!,
    );
    expect(Array.from(weights!.codes!)).toEqual([127, 32, -127, -63, 127, 0]);
    const x = [0, 0.4, 1].map((value) => Math.round(value * 255));
    const sum = x.reduce((total, code, i) => total + code * weights!.codes![i]!, 0);
    expect(input!.zeroPoint[0]).toBe(-128);
    expect(logits.accumulators![0]).toBe(sum + biases!.codes![0]!);
    const followed = logits.follow([0]);
    expect(followed.terms.map(({ product }) => product)).toEqual(
      x.map((code, i) => code * weights!.codes![i]!),
    );
    expect(followed.accumulator).toBe(logits.accumulators![0]);
    expect(followed.code).toBe(
      Math.round(followed.accumulator * followed.factor) + followed.zeroPoint,
    );
    expect(followed.multiplier * 2 ** (followed.shift - 31)).toBeCloseTo(followed.factor, 8);
    expect(() => logits.follow([2])).toThrow(/invalid index: \[2\] of layer "logits"/);
    expect(() => trace.at("nothing")).toThrow('invalid layer: "nothing" (expected one of logits)');
    expect(() => integer.trace(xs)).toThrow(/invalid example: \[2, 3\]/);
  });

  it("follows outputs of convolutions to the accumulators of the engine", {
    tags: "slow",
  }, async () => {
    const { prepared, xs } = await quantized(randomize(cnn(), 6));
    const integer = q.convert(prepared);
    const trace = integer.trace(xs.slice([0], [1]));
    for (const layer of ["conv", "depthwise", "pointwise"]) {
      const op = trace.at(layer);
      const [, height, width, channels] = op.shape as [number, number, number, number];
      for (const index of [
        [0, 0, 0],
        [height - 1, width - 1, channels - 1],
        [1, 2, 3],
      ]) {
        const { terms, bias, accumulator } = op.follow(index);
        const sum = terms.reduce((total, { product }) => total + product, bias);
        expect(accumulator, `${layer} at ${index}`).toBe(sum);
      }
    }
    expect(String(trace)).toBe('trace of "depthwise_cnn": 7 ops, as xnnpack computes');
  });
});

describe("a layer without an integer form is refused by name", () => {
  const image = { inputShape: [6, 6, 2] };
  const conv = (options: object = {}) =>
    tf.layers.conv2d({ filters: 3, kernelSize: 3, name: "conv", ...options });
  const sequential = (...layers: Layer[]) => tf.sequential({ layers });

  it("a float model", () => {
    expect(() => q.convert(cnn())).toThrow(/"depthwise_cnn" has no quantized layers/);
  });

  it("an integer model", async () => {
    const { prepared } = await quantized(randomize(cnn(), 4));
    const integer = q.convert(prepared);
    expect(() => q.convert(integer)).toThrow(/computes with integers already/);
  });

  it.each<[string, RegExp, Layer[], object?, boolean?]>([
    [
      "a softmax without a range",
      /cannot convert layer "end": the values before its nonlinearity have no range/,
      [tf.layers.flatten(image), tf.layers.dense({ units: 2, activation: "softmax", name: "end" })],
    ],
    [
      "a recurrent layer on each step",
      /cannot convert layer "each": there is no integer form of TimeDistributed with LSTM/,
      [
        tf.layers.timeDistributed({
          layer: tf.layers.lstm({ units: 2 }),
          inputShape: [2, 3, 4],
          name: "each",
        }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2 }),
      ],
    ],
    [
      "weights of 12 bits",
      /cannot convert layer "conv": its weights are int12 per channel \(expected at most 8 bits\)/,
      [conv(image), tf.layers.flatten()],
      { weights: q.int(12, { per: "channel" }), activations: q.uint(8) },
    ],
    [
      "weights with a zero point",
      /cannot convert layer "conv": its weights are int8 per tensor, asymmetric, with a zero point/,
      [conv(image), tf.layers.flatten()],
      { weights: q.int(8, { symmetric: false }), activations: q.uint(8) },
    ],
    [
      "activations of 12 bits with a zero point",
      /its activations are uint12 per tensor \(expected q\.uint\(8\)/,
      [conv(image), tf.layers.reLU(), tf.layers.flatten()],
      { weights: q.int(8), activations: q.uint(12) },
    ],
    [
      "a table of 16-bit activations",
      /cannot convert layer "bend": there is no table of 16-bit activations .*float: \["bend"\]/,
      [
        conv({ ...image, name: "bend", activation: "tanh" }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2 }),
      ],
      { weights: q.int(8), activations: q.int(16) },
      true,
    ],
    [
      "an input in float",
      /cannot convert layer "conv_input": the model doesn't quantize this input/,
      [conv(image), tf.layers.flatten()],
      { weights: q.int(8) },
    ],
    [
      "a layer that the scheme leaves out",
      /cannot convert layer "conv": the scheme leaves it in float .*float: \["conv"\]/,
      [conv(image), tf.layers.flatten(), tf.layers.dense({ units: 2 })],
      { weights: q.int(8), activations: q.uint(8), exclude: ["conv"] },
    ],
    [
      "attention with a mask",
      /cannot convert layer "attention": a step sees itself and earlier steps alone/,
      [
        tf.layers.dense({ units: 4, inputShape: [3, 4] }),
        new q.models.layers.MultiHeadAttention({
          ...{ name: "attention", numHeads: 1, keyDim: 2, useCausalMask: true },
        }) as Layer,
        tf.layers.flatten(),
        tf.layers.dense({ units: 2 }),
      ],
    ],
    [
      "a simple recurrent layer with relu",
      /cannot convert layer "rnn": its activation is relu \(expected tanh\)/,
      [
        tf.layers.simpleRNN({ units: 3, inputShape: [4, 5], activation: "relu", name: "rnn" }),
        tf.layers.dense({ units: 2 }),
      ],
      { weights: q.int(8), activations: q.uint(8) },
    ],
    [
      "bilinear interpolation",
      /cannot convert layer "up": it interpolates bilinearly/,
      [
        tf.layers.upSampling2d({ ...image, interpolation: "bilinear", name: "up" }),
        conv(),
        tf.layers.flatten(),
      ],
    ],
  ])("%s", async (_, message, layers, scheme, isCalibrated) => {
    const model = randomize(sequential(...layers), 2);
    const { prepared, xs } = await quantized(model, scheme ? q.scheme(scheme) : int8);
    const before = tf.memory().numTensors;
    const options = isCalibrated ? { calibration: { xs } } : {};
    expect(() => q.convert(prepared, options)).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});
