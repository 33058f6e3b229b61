import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { displaySymbol } from "../../../src/display/index.js";
import * as q from "../../../src/index.js";
import { cnn, data, denseNetwork, randomize } from "../../fixtures/index.js";

const { layers } = q.tf;
type Layer = q.tf.LayersModel["layers"][number];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-tflite-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const stack = (...list: Layer[]) => q.tf.sequential({ name: "stack", layers: list });
const image = { inputShape: [6, 6, 2] };
const examples = () => data([8], { count: 16 });
const scheme = () => q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });

/** TensorFlow Lite's chain for MNIST: an image, 100 hidden units, 10 classes. */
function chain(): q.tf.LayersModel {
  const list = [
    layers.flatten({ name: "flatten", inputShape: [28, 28, 1] }),
    layers.dense({ name: "hidden", units: 100, activation: "relu" }),
    layers.dense({ name: "logits", units: 10 }),
  ];
  return randomize(stack(...list), 1);
}

describe("q.export.tflite", () => {
  it("writes files no larger than those of TensorFlow's tutorial", { tags: "slow" }, async () => {
    const model = chain();
    const calibration = data([28, 28, 1], { count: 16 });
    const bytes = async (mode: q.export.TfliteMode) =>
      (await q.export.tflite(model, null, { mode })).bytes;
    expect(await bytes("float")).toBeLessThanOrEqual(320_004);
    expect(await bytes("dynamic")).toBeLessThanOrEqual(84_880);
    const perTensor = q.scheme({ weights: q.int(8, { per: "tensor" }), activations: q.uint(8) });
    const quantized = await q.quantize(model, perTensor, { calibration });
    const int8 = await q.export.tflite(quantized, null, { calibration });
    expect(int8.mode).toBe("int8");
    expect(int8.bytes).toBeLessThanOrEqual(82_736);
    // A scale for each output channel costs 8 bytes for the kernel and the bias.
    const perChannel = await q.export.tflite(model, null, { mode: "int8", calibration });
    expect(perChannel.bytes - int8.bytes).toBeGreaterThan(110 * 8 - 1);
    expect(perChannel.bytes - int8.bytes).toBeLessThan(110 * 8 + 2000);
  });

  it("leaves a file and a record of it, and no tensor", { tags: "slow" }, async () => {
    const model = cnn();
    const file = join(folder, "digits.tflite");
    const before = q.tf.memory().numTensors;
    const record = await q.export.tflite(model, file);
    expect(q.tf.memory().numTensors).toBe(before);
    expect(record).toEqual({
      file,
      bytes: readFileSync(file).length,
      mode: "float",
      inputs: { conv_input: { type: "FLOAT32", shape: [1, 8, 8, 1] } },
      outputs: { logits: { type: "FLOAT32", shape: [1, 10] } },
      operators: {
        CONV_2D: 2,
        MAX_POOL_2D: 2,
        DEPTHWISE_CONV_2D: 1,
        RESHAPE: 1,
        FULLY_CONNECTED: 1,
      },
    });
    expect(Buffer.from(record.content).equals(readFileSync(file))).toBe(true);
    expect(readFileSync(file, "latin1").slice(4, 8)).toBe("TFL3");
    const shown = record[displaySymbol]()["text/plain"];
    expect(shown).toContain("digits.tflite, mode float: 5.8 KiB");
    expect(shown).toMatch(/operator *CONV_2D *2/);
  });

  it("writes nothing for null, and shapes with the batch that is asked for", async () => {
    const shapes = async (batch: number | "dynamic") => {
      const { file, inputs } = await q.export.tflite(cnn(), null, { batch });
      expect(file).toBeNull();
      return Object.values(inputs)[0]!.shape[0];
    };
    expect([await shapes(1), await shapes(5), await shapes("dynamic")]).toEqual([1, 5, null]);
    expect(readdirSync(folder).every((name) => name.endsWith(".tflite"))).toBe(true);
  });

  it("takes LiteRT's LSTM for sigmoid gates, and dense layers for other gates and an open batch", async () => {
    const operatorsOf = async (
      recurrentActivation: "sigmoid" | "hardSigmoid",
      options: q.export.TfliteOptions = {},
    ) => {
      const model = q.models.lstm({
        inputShape: [4, 3],
        classes: 2,
        units: 2,
        recurrentActivation,
      });
      const { operators } = await q.export.tflite(model, null, options);
      model.dispose();
      return operators;
    };
    const fused = await operatorsOf("sigmoid");
    expect(fused).toMatchObject({ UNIDIRECTIONAL_SEQUENCE_LSTM: 1, FULLY_CONNECTED: 1 });
    // Four gates: once for all inputs, and for each state but the first, which is empty; and the logits.
    for (const options of [{}, { batch: "dynamic" as const }]) {
      const open = await operatorsOf(options.batch ? "sigmoid" : "hardSigmoid", options);
      expect(open.FULLY_CONNECTED).toBe(4 + 3 * 4 + 1);
      expect(open).not.toHaveProperty("UNIDIRECTIONAL_SEQUENCE_LSTM");
    }
  });

  it("quantizes a float model for each mode", { tags: "slow" }, async () => {
    const model = denseNetwork([]);
    const calibration = examples();
    const sizes: Record<string, number> = {};
    for (const mode of ["int8", "int16x8", "int4"] as const) {
      const before = q.tf.memory().numTensors;
      const record = await q.export.tflite(model, null, { mode, calibration });
      expect(q.tf.memory().numTensors).toBe(before);
      expect(record.operators).toMatchObject({ QUANTIZE: 1, FULLY_CONNECTED: 2, DEQUANTIZE: 1 });
      sizes[mode] = record.bytes;
    }
    expect(sizes.int4).toBeLessThan(sizes.int8!);
    const codes = await q.export.tflite(model, null, { mode: "int8", io: "int8", calibration });
    expect(codes.operators).toEqual({ FULLY_CONNECTED: 2 });
    expect(Object.values(codes.inputs)[0]).toEqual({ type: "INT8", shape: [1, 8] });
  });

  it("writes an integer model as its quantized model is written", { tags: "slow" }, async () => {
    const calibration = examples();
    const quantized = await q.quantize(denseNetwork([]), scheme(), { calibration });
    const [from, straight] = await Promise.all([
      q.export.tflite(q.convert(quantized, { calibration }), null),
      q.export.tflite(quantized, null, { calibration }),
    ]);
    expect(from.content).toEqual(straight.content);
  });
});

describe("q.export.tflite refuses, and leaves no file,", () => {
  const refused = async (
    model: q.tf.LayersModel | undefined,
    options: q.export.TfliteOptions,
    message: RegExp,
  ) => {
    const file = join(folder, "refused.tflite");
    const before = q.tf.memory().numTensors;
    await expect(q.export.tflite(model!, file, options)).rejects.toThrow(message);
    expect(q.tf.memory().numTensors).toBe(before);
    expect(existsSync(file)).toBe(false);
  };

  it("a mode, an io or a batch that there isn't", async () => {
    await refused(cnn(), { mode: "int7" as "int8" }, /^invalid mode: int7 .*did you mean "int8"\?/);
    await refused(cnn(), { io: "uint8" as "int8" }, /^invalid io: uint8/);
    await refused(cnn(), { io: "int8" }, /^invalid io: int8 \(expected "float" with mode "float"/);
    await refused(cnn(), { batch: 0 }, /^invalid batch: 0/);
    await refused(undefined, {}, /model/);
  });

  it("a float model without calibration for integers, and a quantized one in float", async () => {
    await refused(cnn(), { mode: "int8" }, /computes in float.*calibration: train\.take\(256\)/);
    const calibration = examples();
    const quantized = await q.quantize(denseNetwork([]), scheme(), { calibration });
    await refused(quantized, { mode: "float" }, /mode "float" needs a float model/);
    const integer = q.convert(quantized, { calibration });
    await refused(integer, { mode: "dynamic" }, /mode "dynamic" needs a float model/);
    await refused(integer, { mode: "int4" }, /no layer has weights from −8 to 7/);
    await refused(integer, { mode: "int16x8" }, /has activations of 8 bits/);
    await refused(integer, { io: "int16" }, /^invalid io: int16 \(expected "float" or "int8"/);
  });

  it("an output that is sums of 32 bits", async () => {
    const quantized = await q.quantize(denseNetwork([]), scheme(), { calibration: examples() });
    await refused(
      quantized,
      {},
      /layer "second" can't be written to a \.tflite file: its output has no range.*calibration/,
    );
  });

  it("layers that have no operator, by name", async () => {
    const bent = stack(layers.thresholdedReLU({ name: "bent", inputShape: [4] }));
    await refused(bent, {}, /^layer "bent" can't be written.*there is no form of ThresholdedReLU/);
    const relu = stack(
      layers.simpleRNN({ name: "rnn", inputShape: [4, 3], units: 2, activation: "relu" }),
    );
    await refused(relu, {}, /^layer "rnn" can't be written.*its activation is relu/);
    const selu = stack(
      layers.dense({ ...{ name: "bend", inputShape: [3], units: 2 }, activation: "selu" }),
    );
    await refused(selu, {}, /^layer "bend" can't be written.*selu of floats \(use sigmoid/);
    const open = stack(
      layers.conv2d({ name: "open", inputShape: [null, 6, 2], filters: 2, kernelSize: 1 }),
    );
    await refused(
      open,
      {},
      /its output is \[\?, \?, 6, 2\] \(expected a model whose inputs have fixed sizes/,
    );
    const wide = stack(
      layers.conv2dTranspose({ name: "wide", ...image, filters: 2, kernelSize: 2 }),
    );
    await refused(wide, { batch: "dynamic" }, /^layer "wide".*fixed batch size.*\{ batch: 1 \}/);
  });

  it("a file that exists, before anything is computed", async () => {
    const file = join(folder, "taken.tflite");
    writeFileSync(file, "taken");
    await expect(q.export.tflite(cnn(), file)).rejects.toThrow(/taken\.tflite exists/);
    await expect(q.export.tflite(cnn(), join(folder, "no", "a.tflite"))).rejects.toThrow(
      /folder .*no doesn't exist/,
    );
    expect(readFileSync(file, "utf8")).toBe("taken");
    expect((await q.export.tflite(cnn(), file, { overwrite: true })).bytes).toBeGreaterThan(5000);
  });
});
