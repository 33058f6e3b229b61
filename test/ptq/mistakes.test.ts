import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { any, data, denseNetwork } from "../fixtures/index.js";

const { tf } = q;
const scheme = q.scheme({ weights: q.int(3) });

let model: q.tf.LayersModel;
let other: q.tf.LayersModel;
let sick: q.tf.LayersModel;
let quantized: q.tf.LayersModel;
let floatWeights: q.tf.LayersModel;
let calibration: q.Dataset;
let small: q.Dataset;

beforeAll(async () => {
  calibration = data([8]);
  small = data([4]);
  model = denseNetwork([tf.layers.reLU()]);
  other = denseNetwork([tf.layers.reLU()], { units: [8, 5, 3] });
  sick = denseNetwork([tf.layers.reLU()]);
  sick.getLayer("second").setWeights([tf.fill([6, 3], Number.NaN), tf.zeros([3])]);
  quantized = await q.quantize(model, scheme, { calibration });
  floatWeights = await q.quantize(model, q.scheme({ activations: q.uint(8) }), { calibration });
});

type Technique = (model: any, quantized: any, options: any) => unknown;
const onFloat: Record<string, Technique> = {
  equalize: (model) => q.ptq.equalize(model),
  smoothQuant: (model, _, options) => q.ptq.smoothQuant(model, options),
  rotate: (model) => q.ptq.rotate(model, { online: true }),
  dynamic: (model) => q.ptq.dynamic(model, scheme),
  best: (model, _, options) => q.ptq.best(model, scheme, calibration, options),
};
const onBoth: Record<string, Technique> = {
  adaround: q.ptq.adaround,
  gptq: q.ptq.gptq,
  biasCorrection: q.ptq.biasCorrection,
};
const every = Object.entries({ ...onFloat, ...onBoth });
const calibrated = every.filter(([name]) => !["equalize", "rotate", "dynamic"].includes(name));

async function refuse(run: () => unknown, message: string) {
  const held = tf.memory().numTensors;
  await expect((async () => run())()).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(held);
}

describe("every technique", () => {
  it.each(every)("%s refuses a model that is quantized already", async (_, run) => {
    await refuse(
      () => run(quantized, quantized, { calibration }),
      "is quantized already (expected the float model)",
    );
  });

  it.each(every)("%s refuses weights that aren't finite, naming the layer", async (_, run) => {
    await refuse(
      () => run(sick, quantized, { calibration }),
      'invalid weights of layer "second": NaN (expected finite numbers',
    );
  });

  it.each(every)("%s refuses a value that isn't a model", async (_, run) => {
    await refuse(() => run(undefined, quantized, { calibration }), "invalid model: undefined");
  });

  it.each(calibrated)("%s refuses calibration examples that don't fit", async (_, run) => {
    await refuse(() => run(model, quantized, undefined), "invalid calibration: undefined");
    await refuse(
      () => run(model, quantized, { calibration: small }),
      "invalid calibration: examples of shape [4]",
    );
  });

  it.each(Object.entries(onBoth))("%s refuses models that aren't two of a kind", async (_, run) => {
    await refuse(
      () => run(other, quantized, { calibration }),
      "layer \"first\" isn't one of the float model's (expected the model that it was quantized from)",
    );
    await refuse(
      () => run(model, floatWeights, { calibration }),
      "has a quantized kernel (expected a model from q.quantize",
    );
  });
});

describe("options are refused", () => {
  const cases: [string, () => unknown, string][] = [
    [
      "α above 1",
      () => q.ptq.smoothQuant(model, { calibration, alpha: 2 }),
      "invalid alpha: 2 (expected a number from 0 to 1)",
    ],
    [
      "α of NaN",
      () => q.ptq.smoothQuant(model, { calibration, alpha: Number.NaN }),
      "invalid alpha: NaN",
    ],
    [
      "no iterations",
      () => q.ptq.adaround(model, quantized, { calibration, iterations: 0 }),
      "invalid iterations: 0",
    ],
    [
      "a rate of 0",
      () => q.ptq.adaround(model, quantized, { calibration, learningRate: 0 }),
      "invalid learningRate: 0",
    ],
    [
      "damping below 0",
      () => q.ptq.gptq(model, quantized, { calibration, damping: -1 }),
      "invalid damping: -1",
    ],
    ["another ReLU6", () => q.ptq.equalize(model, { relu6: any("drop") }), "invalid relu6: drop"],
    [
      "neither a scheme nor a budget",
      () => q.ptq.best(model, any({ bits: 8 }), calibration, { calibration }),
      "invalid scheme: [object Object] (expected q.scheme({",
    ],
  ];
  it.each(cases)("%s", async (_, run, message) => refuse(run, message));

  it("a Hessian that isn't positive definite, naming the layer", async () => {
    const one = calibration.take(1);
    await expect(q.ptq.gptq(model, quantized, { calibration: one, damping: 0 })).rejects.toThrow(
      /cannot round layer "(first|second)": the matrix isn't positive definite \(expected a larger damping\)/,
    );
  });
});

it("best refuses a model that can't be counted before it builds anything", async () => {
  const { layers } = tf;
  const model = tf.sequential();
  model.add(layers.conv1d({ name: "first", filters: 2, kernelSize: 2, inputShape: [null, 2] }));
  model.add(layers.globalAveragePooling1d({}));
  model.add(layers.dense({ units: 2 }));
  const xs = tf.randomNormal([8, 5, 2]);
  const ys = tf.tensor1d([0, 1, 0, 1, 0, 1, 0, 1], "int32");
  const scheme = q.scheme({ weights: q.int(4) });
  const before = tf.memory().numTensors;
  await expect(q.ptq.best(model, scheme, { xs, ys }, { calibration: { xs } })).rejects.toThrow(
    'cannot count layer "first"',
  );
  expect(tf.memory().numTensors).toBe(before);
});
