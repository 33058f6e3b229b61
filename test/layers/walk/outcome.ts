import { expect } from "vitest";
import * as q from "../../../src/index.js";
import { bits } from "../../tensorflow/compile/agreement.js";
import { numbers } from "../../tensorflow/compile/numbers.js";
import { type Case, walked } from "./cases.js";
import { writes } from "./limits.js";

const { tf } = q;
const { layers } = tf;
type Model = q.tf.LayersModel;
type Symbolic = q.tf.SymbolicTensor;

/** The outcome for a layer with its options; the first words of the error if the layer is refused. */
export interface Outcome {
  /** In `q.fit`. */
  float: string;
  /** In `q.prepare`, and `q.fit` after it. */
  prepared: string;
  /** In `q.quantize`. */
  quantized: string;
}

/** The outcome where nothing is refused. */
export const right: Outcome = { float: "trains", prepared: "trains", quantized: "quantizes" };

/** Examples in the one batch of an epoch, and epochs: enough steps for a compiled one. */
const [batch, epochs] = [24, 20];
const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(6) });

/** Trains a case's model compiled and eagerly, in float and prepared; the numbers must be equal, bit for bit. */
export async function walk(one: Case): Promise<Outcome> {
  let model: Model;
  try {
    model = modelOf(one);
  } catch (error) {
    // tfjs itself makes no model of it.
    const refused = messageOf(error);
    return { float: refused, prepared: refused, quantized: refused };
  }
  const data = dataOf(one);
  try {
    const float = await trainedBothWays(model, data);
    const quantized = await quantizedOnce(model, data);
    const prepared = await named(() =>
      q.prepare(model, scheme, { calibration: data, method: "minmax" }),
    );
    if (typeof prepared === "string") return { float, prepared, quantized };
    const outcome = { float, prepared: await trainedBothWays(prepared, data), quantized };
    prepared.dispose();
    return outcome;
  } finally {
    model.dispose();
    data.dispose();
  }
}

/** Quantizes a case's model without training it; the result predicts finite numbers. */
async function quantizedOnce(model: Model, data: q.Dataset): Promise<string> {
  const quantized = await named(() =>
    q.quantize(model, scheme, { calibration: data, method: "minmax" }),
  );
  if (typeof quantized === "string") return quantized;
  const values = tf.tidy(() => (quantized.predict(data.xs) as q.tf.Tensor).dataSync());
  expect(values.every(Number.isFinite), "predictions are finite").toBe(true);
  quantized.dispose();
  return right.quantized;
}

/** The walked layer between others that are trained: a gradient goes through it. */
function modelOf({ shape, inputs = 1, below, make }: Case): Model {
  const input = tf.input({ shape, name: "values" });
  const sources = Array.from({ length: inputs }, (_, i) => {
    if (below !== undefined) return input;
    const units = shape.at(-1)!;
    return layers.dense({ name: `source${i}`, units }).apply(input) as Symbolic;
  });
  const outputs = [make().apply(inputs > 1 ? sources : sources[0]!)].flat() as Symbolic[];
  const flat = outputs.map((output, i) =>
    output.shape.length > 2
      ? (layers.flatten({ name: `flat${i}` }).apply(output) as Symbolic)
      : output,
  );
  const joined =
    flat.length > 1 ? (layers.concatenate({ name: "joined" }).apply(flat) as Symbolic) : flat[0]!;
  const logits = layers.dense({ name: "logits", units: 2 }).apply(joined) as Symbolic;
  return tf.model({ inputs: input, outputs: logits });
}

/** Examples of two classes for a case's model. */
function dataOf({ shape, below }: Case): q.Dataset {
  const xs = tf.tidy(() =>
    below === undefined
      ? numbers([batch, ...shape])
      : numbers([batch, ...shape], 1, 0, below).floor(),
  );
  return q.dataset(
    xs,
    Int32Array.from({ length: batch }, (_, i) => i % 2),
  );
}

async function trainedBothWays(model: Model, data: q.Dataset): Promise<string> {
  const start = model.getWeights().map((weight) => weight.clone());
  const before = model.getWeights().map(bits);
  const tensors = tf.memory().numTensors;
  const eager = await trained(model, data, { compile: false });
  if (typeof eager === "string") {
    // It is refused before anything is built or trained.
    expect(tf.memory().numTensors).toBe(tensors);
    expect(model.getWeights().map(bits)).toEqual(before);
    tf.dispose(start);
    return eager;
  }
  expect(eager.losses.every(Number.isFinite), "losses are finite").toBe(true);
  model.trainableWeights.forEach((weight) => {
    const index = model.weights.indexOf(weight);
    if (!/bias/.test(weight.name)) {
      expect(eager.weights[index], `${weight.name} is trained`).not.toBe(before[index]);
    }
  });
  if (!writes) await expectCompiled(model, data, { start, eager });
  tf.dispose(start);
  return right.float;
}

/** The class of the walked layer; empty if it was folded into another one. */
function classOf(model: Model): string {
  const layer = model.layers.find(({ name }) => name === walked);
  return (layer instanceof q.QuantizedLayer ? layer.inner : layer)?.getClassName() ?? "";
}

async function expectCompiled(
  model: Model,
  data: q.Dataset,
  { start, eager }: { start: q.tf.Tensor[]; eager: Trained },
): Promise<void> {
  // Not by setWeights, which applies the constraints.
  for (const [i, weight] of model.weights.entries()) {
    (weight.read() as q.tf.Variable).assign(start[i]!);
  }
  const compiled = await trained(model, data, { rewrite: false });
  if (/^max_?pooling/i.test(classOf(model)) && typeof compiled !== "string") {
    // TensorFlow adds the gradients of overlapping maxima in another order (see q.compile).
    // Rounding makes more of that in later steps.
    for (const [step, loss] of compiled.losses.slice(0, 4).entries()) {
      expect(loss).toBeCloseTo(eager.losses[step]!, 4);
    }
    return;
  }
  expect(compiled, "compiled").toEqual(eager);
}

type Trained = { weights: string[]; losses: number[] };

async function trained(
  model: Model,
  data: q.Dataset,
  options: Partial<q.FitOptions>,
): Promise<Trained | string> {
  return named(async () => {
    const history = await q.fit(model, data, {
      ...{ epochs: writes ? 2 : epochs, batchSize: batch, seed: 1, progress: false },
      ...options,
    });
    return { weights: model.getWeights().map(bits), losses: history.map(({ loss }) => loss) };
  });
}

/** The result of a function, or the error with which it refuses the walked layer. */
async function named<T>(run: () => Promise<T>): Promise<T | string> {
  try {
    return await run();
  } catch (error) {
    const message = messageOf(error);
    if (new RegExp(`^cannot (train|quantize) layer "${walked}"`).test(message)) return message;
    throw error;
  }
}

function messageOf(error: unknown): string {
  return (error as Error).message
    .replace(/ \(expected [^)]*\)/g, "")
    .replace(/ \(leave .*\)$/s, "");
}
