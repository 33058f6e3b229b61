import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";
import { type Blueprint, blueprint, build, type Layer } from "./generated.js";

const { tf } = q;
type Model = q.tf.LayersModel;
type Rebuild = (model: Model, calibration: { xs: q.tf.Tensor | q.tf.Tensor[] }) => unknown;
const scheme = q.scheme({ weights: q.int(8), activations: q.uint(8) });

/** In float again. */
function inFloat(model: Model): Model {
  q.qat.disableFakeQuant(model);
  return model;
}

/** Everything that builds a model anew and computes the same in float. */
const exact: Record<string, Rebuild> = {
  foldBatchNorm: (model) => q.foldBatchNorm(model),
  equalize: (model) => q.ptq.equalize(model),
  rotate: (model) => q.ptq.rotate(model, { online: true }),
  strip: (model) => q.compression.strip(model),
  prune: (model) => q.compression.prune(model, { sparsity: 0 }),
  cluster: (model) => q.compression.cluster(model, { bits: 8 }),
  prepare: async (model, calibration) => inFloat(await q.prepare(model, scheme, { calibration })),
  "prepare with batchNorm: train": async (model, calibration) =>
    inFloat(await q.prepare(model, scheme, { calibration, batchNorm: "train" })),
};

/** Everything that rounds. */
const rounding: Record<string, Rebuild> = {
  quantize: (model, calibration) => q.quantize(model, scheme, { calibration }),
  dynamic: (model) => q.ptq.dynamic(model, scheme),
};

/** The number of models for each function, and their seed; run by hand, the test may try more. */
const run = Number(process.env.QATLAB_MODELS ?? 5);
const seed = Number(process.env.QATLAB_SEED ?? 5);

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

const flat = (model: Model): Layer[] =>
  model.layers.flatMap((layer) => (layer instanceof tf.LayersModel ? flat(layer) : [layer]));
const plainName = ({ name }: Layer) => name.split("/").at(-1)!;

/** The layers that train a kernel, or another weight that multiplies values. */
const trained = (model: Model) => {
  const weights = new Set(model.trainableWeights);
  const trains = ({ name }: { name: string }) => /kernel/i.test(name) && !/_(min|max)/.test(name);
  return flat(model)
    .filter((layer) => layer.weights.some((weight) => weights.has(weight) && trains(weight)))
    .map(plainName)
    .sort();
};

function predictions(model: Model, inputs: q.tf.Tensor[]): Float32Array[] {
  return tf.tidy(() =>
    [model.predict(inputs.length === 1 ? inputs[0]! : inputs)]
      .flat()
      .map((output) => output.dataSync() as Float32Array),
  );
}

const gap = (a: Float32Array[], b: Float32Array[]) =>
  Math.max(...a.map((values, i) => Math.max(...values.map((x, j) => Math.abs(x - b[i]![j]!)))));

/** A layer's configuration, without the options that a technique may change. */
function options(layer: Layer): string {
  const inner = layer instanceof q.QuantizedLayer ? layer.inner : layer;
  const {
    name,
    trainable,
    dtype,
    batchInputShape,
    useBias,
    layer: _,
    ...others
  } = inner.getConfig() as Record<string, unknown>;
  const kept = Object.entries(others).filter(([key]) => !/Constraint$/.test(key));
  return `${inner.getClassName()} ${JSON.stringify(kept)}`;
}

/** Whether an error says what stands in the way. */
function isNamed(error: unknown, plan: Blueprint, name: string): boolean {
  const text = String(error);
  if (plan.body.includes("forgetful") && /"forgetful\d" \(Forgetful\)/.test(text)) return true;
  if (/the mask of layer "mask" doesn't leave model "nested\d"/.test(text)) return true;
  if (/cannot put a layer before "last" \(LSTM\): it has 3 inputs/.test(text)) return true;
  return new RegExp(`^TypeError: cannot ${name}[: ]`).test(text);
}

async function check(
  plan: Blueprint,
  name: string,
  rebuild: Rebuild,
): Promise<"right" | "refused"> {
  const { model, inputs } = await build(plan);
  const before = predictions(model, inputs);
  const weights = [...model.trainableWeights];
  const names = flat(model).map((layer) => layer.name);
  const held = tf.memory().numTensors;
  let rebuilt: Model | undefined;
  try {
    rebuilt = (await rebuild(model, { xs: inputs.length === 1 ? inputs[0]! : inputs })) as Model;
  } catch (error) {
    if (!isNamed(error, plan, name)) throw error;
  }
  if (rebuilt) {
    if (name in exact) expect(gap(before, predictions(rebuilt, inputs))).toBeLessThan(2e-4);
    expect(rebuilt.inputNames).toEqual(model.inputNames);
    expect(rebuilt.outputNames).toEqual(model.outputNames);
    expect(trained(rebuilt)).toEqual(trained(model));
    const layers = new Map(flat(rebuilt).map((layer) => [layer.name, layer]));
    const normalizes = [...plan.body, ...plan.inside].includes("norm");
    for (const layer of flat(model)) {
      const twin = layers.get(layer.name);
      if (!twin || twin.getClassName() === "Activation") continue;
      if (!normalizes) expect(options(twin)).toBe(options(layer));
    }
    // A layer that was loaded has the default.
    if (!plan.loaded) expect(plan.body).not.toContain("forgetful");
    rebuilt.dispose();
  }
  await Promise.resolve();
  expect(tf.memory().numTensors).toBe(held);
  expect(model.trainableWeights).toEqual(weights);
  expect(flat(model).map((layer) => layer.name)).toEqual(names);
  expect(gap(before, predictions(model, inputs))).toBe(0);
  tf.dispose(inputs);
  model.dispose();
  return rebuilt ? "right" : "refused";
}

it.each(Object.entries({ ...exact, ...rounding }))(
  "%s gives the same model, or names the layer that stands in the way",
  { tags: "slow", timeout: run > 50 ? 3_600_000 : 30_000 },
  async (name, rebuild) => {
    const results = { right: 0, refused: 0 };
    const failures: string[] = [];
    // All are tried: what fails once is a model of few lines already, which needs no shrinking.
    for (const plan of fc.sample(blueprint, { numRuns: run, seed })) {
      try {
        results[await check(plan, name, rebuild)]++;
      } catch (error) {
        failures.push(`${error} in ${JSON.stringify(plan)}`);
      }
    }
    if (process.env.QATLAB_MODELS) console.info(name, results);
    expect(failures).toEqual([]);
    expect(results.right).toBeGreaterThan(0);
  },
);
