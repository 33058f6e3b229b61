import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { messages } from "../../src/tensorflow/compile/graphBuilder.js";
import { digits } from "../fixtures/index.js";
import golden from "../golden/tflite_converter.json" with { type: "json" };
import { type ConverterCase, converterCases, prepared } from "./converterCases.js";

const { tf } = q;

/** Where test/peers/tflite_converter.py shall find the models; else they are gone after the tests. */
const kept = process.env.QATLAB_SAVED_MODELS;
const folder = kept ?? mkdtempSync(join(tmpdir(), "qatlab-converter-"));
afterAll(() => {
  if (!kept) rmSync(folder, { recursive: true });
});

/** The ops of an exported graph that aren't variables or constants, a line each: type, name, inputs. */
function graphOf(path: string): string[] {
  const pb = messages();
  const saved = pb.SavedModel.deserializeBinary(readFileSync(join(path, "saved_model.pb")));
  const nodes: any[] = saved.getMetaGraphsList()[0].getGraphDef().getNodeList();
  return nodes
    .filter((node) => !/^save\//.test(node.getName()))
    .filter(
      (node) => !["Const", "Placeholder", "ReadVariableOp", "VarHandleOp"].includes(node.getOp()),
    )
    .map((node) => [node.getOp(), node.getName(), ...node.getInputList()].join(" "));
}

/** A model's outputs for a few images. */
async function outputsOf(model: q.tf.LayersModel): Promise<number[][]> {
  const { test } = await digits();
  return tf.tidy(() =>
    (model.predict(test.take(100).xs as q.tf.Tensor) as q.tf.Tensor).arraySync(),
  ) as never;
}

function recordOf({ name }: ConverterCase) {
  return golden.cases.find((record) => record.name === name)!;
}

describe.each(converterCases)("exported for TFLiteConverter, $name", (one) => {
  it("is the graph whose conversion computes in integers", { tags: "slow" }, async () => {
    const model = await prepared(one);
    const path = join(folder, one.name);
    q.export.savedModel(model, path, { ...one.options, overwrite: true });
    const outputs = await outputsOf(model);
    model.dispose();
    if (kept) {
      const { test } = await digits();
      const images = (test.take(100).xs as q.tf.Tensor).arraySync();
      writeFileSync(`${path}.json`, JSON.stringify({ images }));
      return;
    }
    const { graph, ops, scale, sample, different, largest } = recordOf(one);
    expect(graphOf(path)).toEqual(graph);
    const first = ops.indexOf("QUANTIZE f32 -> i8");
    const last = ops.findIndex((op) => op.startsWith("DEQUANTIZE"));
    expect(ops.slice(first + 1, last).join("; ")).not.toContain("f32");
    // A sum and a concatenation round once more than the model does; elsewhere LiteRT has the model's codes.
    expect(largest).toBe(one.name === "branches" ? 1 : 0);
    expect(different).toBeLessThan(one.name === "branches" ? 300 : 1);
    const unit = scale ?? 1e-4;
    outputs.slice(0, sample.length).forEach((row, i) => {
      row.forEach((value, k) => {
        expect(Math.abs(value - sample[i]![k]!)).toBeLessThan((largest + 0.5001) * unit);
      });
    });
  });

  it(`becomes a file whose last layer is ${one.options.outputRanges ? "in integers" : "in float"}`, () => {
    const [last] = recordOf(one).ops.slice(-1);
    expect(last).toBe(
      one.options.outputRanges ? "DEQUANTIZE i8 -> f32" : "FULLY_CONNECTED f32 f32 f32 -> f32",
    );
  });
});

it("a graph for any program has the model's numbers bit for bit", { tags: "slow" }, async () => {
  const { train, test } = await digits();
  const float = tf.sequential({
    layers: [
      tf.layers.conv2d({ name: "conv", inputShape: [8, 8, 1], filters: 16, kernelSize: 3 }),
      tf.layers.flatten({ name: "flatten" }),
      tf.layers.dense({ name: "hidden", units: 40, activation: "relu" }),
      tf.layers.dense({ name: "logits", units: 10 }),
    ],
  });
  const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
  const model = await q.prepare(float, scheme, { calibration: train.take(16) });
  const { folder: path } = q.export.savedModel(model, join(folder, "plain"));
  const loaded = await (tf as any).node.loadSavedModel(path);
  const images = test.take(50).xs as q.tf.Tensor;
  const [expected, actual] = [model.predict(images, { batchSize: 50 }), loaded.predict(images)];
  expect(actual.dataSync()).toEqual((expected as q.tf.Tensor).dataSync());
  loaded.dispose();
  tf.dispose([float, model, expected, actual, images] as never);
});

describe("q.export.savedModel for TFLiteConverter", () => {
  const conv = (options: object = {}) =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({
          name: "conv",
          inputShape: [8, 8, 1],
          filters: 2,
          kernelSize: 3,
          ...options,
        }),
      ],
    });
  const refused = async (float: q.tf.LayersModel, options: Partial<q.SchemeOptions> = {}) => {
    const { train } = await digits();
    const scheme = q.scheme({
      weights: q.int(8, { per: "channel" }),
      activations: q.uint(8),
      ...options,
    });
    const model = await q.prepare(float, scheme, { calibration: train.take(8) });
    const before = tf.memory().numTensors;
    try {
      q.export.savedModel(model, join(folder, "refused"), { for: "tfliteConverter" });
    } catch (error) {
      expect(tf.memory().numTensors).toBe(before);
      return (error as Error).message;
    } finally {
      model.dispose();
      float.dispose();
    }
    throw new Error("the model was exported");
  };

  it("names what the converter has no 8-bit form for", { tags: "slow" }, async () => {
    expect(await refused(conv(), { weights: q.int(4) })).toMatch(
      'invalid format of kernel in layer "conv" for TFLiteConverter: int4 per tensor (expected 8 bits, as in q.int(8, { per: "channel" }))',
    );
    expect(await refused(conv(), { weights: q.uint(8) })).toMatch('layer "conv"');
    expect(await refused(conv(), { activations: q.uint(5) })).toMatch(
      "(expected 8 bits, as in q.uint(8))",
    );
    expect(await refused(conv({ activation: "gelu" }))).toMatch(
      'TFLiteConverter can\'t take layer "conv": TensorFlow Lite has no Erf',
    );
    const up = tf.layers.conv2dTranspose({
      name: "up",
      inputShape: [8, 8, 1],
      filters: 2,
      kernelSize: 3,
    });
    expect(await refused(tf.sequential({ layers: [up] }))).toMatch(
      'layer "up": its kernel has a scale for each channel',
    );
  });

  it("checks the options", () => {
    const model = conv();
    const write = (options: object) => () =>
      q.export.savedModel(model, join(folder, "bad"), options);
    expect(write({ for: "tflite" })).toThrow('invalid for: tflite (expected "tfliteConverter"');
    expect(write({ outputRanges: [{ min: 0, max: 1 }] })).toThrow(
      "invalid outputRanges: they need a converter",
    );
    const tflite = { for: "tfliteConverter" };
    expect(write({ ...tflite, outputRanges: [] })).toThrow(
      "invalid outputRanges: 0 ranges (expected a range for each of the 1 outputs",
    );
    expect(write({ ...tflite, outputRanges: [{ min: 2, max: 1 }] })).toThrow(
      "invalid range: 2 to 1",
    );
    model.dispose();
  });
});
