import { ownLayers } from "../../graph/index.js";
import type { Layer } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import type { LayerConfig, ModelConfig } from "../config/modelConfig.js";
import type { Ref } from "../config/nodes.js";
import { statedInCalls, tensorsOf } from "./arguments.js";
import type { Context } from "./context.js";
import { inputOptions } from "./input.js";
import { located, makeLayer, nameOf } from "./layer.js";
import { type BuiltLayer, type BuiltModel, buildModel } from "./model.js";

/** A call that is still to be made. */
interface Pending {
  built: BuiltLayer;
  /** Which of the layer's calls. */
  index: number;
  tensors: Ref[];
}

/** @internal Builds a functional model. @throws Error if its layers don't form a graph without a circle */
export function connect(config: ModelConfig, context: Context): BuiltModel {
  const layers = new Map<string, BuiltLayer>();
  const outputs = new Map<string, tf.SymbolicTensor[]>();
  const firstCalls = firstCallsOf(config);
  const key = ({ layer, node }: Ref) => `${node - (firstCalls.get(layer) ?? 0)}/${layer}`;
  const at = (ref: Ref) => outputs.get(key(ref))?.[ref.port];
  const pending: Pending[] = [];
  for (const layer of config.layers) {
    if (layers.has(layer.name))
      throw new Error(`two layers have the name "${layer.name}" (expected a name for each)`);
    if (layer.className === "InputLayer") {
      const { batchInputShape: batchShape, ...options } = inputOptions(layer);
      const input = tf.input({ ...options, batchShape });
      outputs.set(`0/${layer.name}`, [input]);
      layers.set(layer.name, { config: layer, layer: sourceOf(input) });
      continue;
    }
    const built = make(layer, context);
    layers.set(layer.name, built);
    for (const [index, call] of layer.calls.entries()) {
      pending.push({ built, index, tensors: tensorsOf(layer, call) });
    }
  }
  checkRefs(config, layers, pending);
  run(pending, { at, outputs });
  const tensors = (refs: Ref[], what: string) =>
    refs.map((ref) => {
      const tensor = at(ref);
      if (tensor) return tensor;
      throw new Error(
        `${what} of model "${config.name}" names output ${ref.port} of call ${ref.node} of layer "${ref.layer}", which doesn't exist`,
      );
    });
  const inputs = tensors(config.inputs, "an input");
  const results = tensors(config.outputs, "an output");
  const model = located(`model "${config.name}"`, () =>
    tf.model({ name: config.name, inputs, outputs: results }),
  );
  ownLayers(model);
  return { model, layers: [...layers.values()] };
}

function make(layer: LayerConfig, context: Context): BuiltLayer {
  if (layer.inner) {
    const inner = buildModel(layer.inner, context);
    return { config: layer, layer: inner.model as unknown as Layer, inner };
  }
  return { config: layer, layer: makeLayer(layer, context, statedInCalls(layer)) };
}

/**
 * The number of the first call of each layer. Keras counts the calls of a model inside a model from 1 in some versions,
 * since the model's own inputs are its first call.
 */
function firstCallsOf({ layers, outputs }: ModelConfig): Map<string, number> {
  const last = new Map<string, number>();
  const refs = layers.flatMap((layer) =>
    layer.calls.flatMap((call) => [
      ...call.inputs,
      ...Object.values(call.named).flatMap((value) =>
        Array.isArray(value) ? (value as Ref[]) : [],
      ),
    ]),
  );
  for (const { layer, node } of [...refs, ...outputs]) {
    if (Number.isInteger(node)) last.set(layer, Math.max(last.get(layer) ?? 0, node));
  }
  const nested = layers.filter(({ inner }) => inner);
  return new Map(
    nested.map(({ name, calls }) => [name, (last.get(name) ?? 0) >= calls.length ? 1 : 0] as const),
  );
}

function checkRefs(
  config: ModelConfig,
  layers: ReadonlyMap<string, BuiltLayer>,
  pending: Pending[],
): void {
  for (const { built, tensors } of pending) {
    const missing = tensors.find(({ layer }) => !layers.has(layer));
    if (missing)
      throw new Error(
        `${nameOf(built.config)} reads layer "${missing.layer}", which doesn't exist in model "${config.name}"`,
      );
    if (tensors.length === 0) throw new Error(`${nameOf(built.config)} is called without a tensor`);
  }
}

/** Makes all calls, each after those whose outputs it reads. */
function run(
  pending: Pending[],
  {
    at,
    outputs,
  }: { at(ref: Ref): tf.SymbolicTensor | undefined; outputs: Map<string, tf.SymbolicTensor[]> },
): void {
  let waiting = pending;
  while (waiting.length > 0) {
    const later = waiting.filter(({ built, index, tensors }) => {
      const inputs = tensors.map(at);
      if (inputs.includes(undefined)) return true;
      const { layer, config } = built;
      const input = (inputs.length === 1 ? inputs[0]! : inputs) as tf.SymbolicTensor;
      located(nameOf(config), () =>
        // Some initializers of tfjs leave tensors behind.
        tf.tidy(() => {
          const result = [layer.apply(input)].flat() as tf.SymbolicTensor[];
          outputs.set(`${index}/${config.name}`, result);
        }),
      );
      return false;
    });
    if (later.length === waiting.length) {
      const { config } = later[0]!.built;
      throw new Error(
        `${nameOf(config)} reads tensors that depend on its own output, or that don't exist (expected a graph without a circle)`,
      );
    }
    waiting = later;
  }
}

function sourceOf(tensor: tf.SymbolicTensor): Layer {
  return (tensor as unknown as { sourceLayer: Layer }).sourceLayer;
}
