import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import golden from "../golden/saved_models.json" with { type: "json" };
import { type Case, cases, drawInputs, drawWeights } from "./models.js";

const { tf } = q;
const node = (tf as unknown as { node: { loadSavedModel(folder: string): Promise<Loaded> } }).node;

/** The result of tf.node.loadSavedModel. */
interface Loaded {
  predict(inputs: Record<string, q.tf.Tensor>): Record<string, q.tf.Tensor>;
  dispose(): void;
}

const batches = [1, 3, 64];
/** Where test/peers/saved_models.py shall find the models; else they are gone after the tests. */
const kept = process.env.QATLAB_SAVED_MODELS;
const folder = kept ?? mkdtempSync(join(tmpdir(), "qatlab-export-"));
afterAll(() => {
  if (!kept) rmSync(folder, { recursive: true });
});

function pathOf({ name }: Case): string {
  return join(folder, name.replaceAll(/[^A-Za-z0-9]+/g, "_"));
}

/** Writes what a program needs to draw the same inputs, in their order. */
function describeInputs(one: Case, { inputNames }: q.tf.LayersModel): void {
  const { name, below, exact } = one;
  const text = JSON.stringify({ name, inputs: inputNames, below, exact, batches });
  writeFileSync(`${pathOf(one)}.json`, text);
}

function predict(model: q.tf.LayersModel, inputs: q.tf.Tensor[]): q.tf.Tensor[] {
  return [model.predict(inputs, { batchSize: inputs[0]!.shape[0] })].flat();
}

/** The largest difference between two tensors, as a share of the largest value. */
function difference(tensor: q.tf.Tensor, other: q.tf.Tensor): number {
  expect(other.shape).toEqual(tensor.shape);
  const largest = tensor.abs().max().dataSync()[0]!;
  expect(largest).toBeGreaterThan(0.01);
  return tensor.sub(other).abs().max().dataSync()[0]! / largest;
}

/** Five values that are spread over a tensor. */
function sample(tensor: q.tf.Tensor): number[] {
  const values = tensor.dataSync();
  return [0, 1, 2, 3, 4].map((i) => values[Math.floor((i * (values.length - 1)) / 4)]!);
}

describe.each(cases)("exported, $name", (one) => {
  let model: q.tf.LayersModel;
  let exported: q.export.SavedModel;
  beforeAll(async () => {
    model = await one.make();
    drawWeights(model, one);
    const before = tf.memory().numTensors;
    exported = q.export.savedModel(model, pathOf(one), { overwrite: true });
    expect(tf.memory().numTensors).toBe(before);
    describeInputs(one, model);
  });
  afterAll(() => model.dispose());

  it("predicts in tfjs-node's reader what the model predicts, for any batch size", async () => {
    const loaded = await node.loadSavedModel(exported.folder);
    for (const batch of batches) {
      tf.tidy(() => {
        const inputs = drawInputs(model, batch, one);
        const expected = predict(model, inputs);
        const named = Object.fromEntries(model.inputNames.map((name, i) => [name, inputs[i]!]));
        const outputs = loaded.predict(named);
        expect(Object.keys(outputs)).toHaveLength(expected.length);
        Object.keys(exported.signature.outputs).forEach((name, i) => {
          expect(difference(expected[i]!, outputs[name]!), `batch ${batch}`).toBeLessThan(1e-6);
        });
      });
    }
    loaded.dispose();
  });

  it.skipIf(kept)(`predicts the same in Python's TensorFlow ${golden.versions.tensorflow}`, () => {
    const { signature, variables, outputs } = golden.cases.find(({ name }) => name === one.name)!;
    expect(exported.signature).toEqual(signature);
    const shapes = exported.variables.map(({ name, shape }) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual(variables);
    for (const { batch, samples } of outputs) {
      tf.tidy(() => {
        const predicted = predict(model, drawInputs(model, batch, one));
        Object.keys(exported.signature.outputs).forEach((name, i) => {
          const values = (samples as Record<string, number[]>)[name]!;
          sample(predicted[i]!).forEach((value, k) => {
            const tolerance = 1e-5 * Math.max(1, Math.abs(value));
            expect(Math.abs(value - values[k]!), `batch ${batch}`).toBeLessThan(tolerance);
          });
        });
      });
    }
  });
});
