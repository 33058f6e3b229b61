import type { Layer } from "../graph/index.js";
import { copy, type LayerNode, type Replacement, rebuild, topology } from "../graph/index.js";
import { ruledWeights } from "../layers/index.js";
import { innerOf } from "../quantized/index.js";
import { tf } from "../tensorflow/index.js";
import { CompressionConstraint } from "./constraints.js";

type Config = Record<string, unknown>;

/** @internal A kernel under a {@link CompressionConstraint}. */
export interface ConstrainedKernel {
  layer: Layer;
  weight: tf.LayerVariable;
}

/**
 * Says for a layer and its kernel's constraint, if there is one, what the kernel's new constraint is; it gets the layer's
 * name in the whole model.
 */
export type ChooseConstraint = (
  layer: Layer,
  constraint: CompressionConstraint | undefined,
  name: string,
) => CompressionConstraint | undefined;

/**
 * @internal
 * Checks, before anything is built, that {@link withConstraints} can constrain each kernel that it is to.
 *
 * @throws TypeError for a layer whose kernel can't be constrained, naming the layer; the errors of `choose`
 */
export function checkConstraints(model: tf.LayersModel, choose: ChooseConstraint): void {
  for (const node of topology(model, { shared: true })) changeOf(node, choose);
}

/** @internal A copy of the model, with copied weights and a new constraint on each kernel. */
export function withConstraints(model: tf.LayersModel, choose: ChooseConstraint): tf.LayersModel {
  checkConstraints(model, choose);
  return rebuild(
    model,
    (node): Replacement =>
      node.inputs.length === 0 ? { layers: [] } : copy(node.layer, changeOf(node, choose)),
  );
}

/** The entries of a layer's configuration that change. */
function changeOf({ layer, name }: LayerNode, choose: ChooseConstraint): Config {
  const config = layer.getConfig();
  const keys = keysOf(innerOf(layer));
  if (keys.length > 0 && !hasKey(config, keys) && choose(layer, undefined, name)) {
    throw new TypeError(
      `cannot compress layer "${name}" (${innerOf(layer).getClassName()}): its configuration has no ${keys[0]} (leave the layer out, as in { exclude: ["${name}"] })`,
    );
  }
  return changed(config, layer, (constraint) => choose(layer, constraint, name));
}

/** @internal The kernels whose constraint is of a class, in the model's order. */
export function constrainedKernels(
  model: tf.LayersModel,
  type: abstract new (...options: never[]) => CompressionConstraint = CompressionConstraint,
): ConstrainedKernel[] {
  return model.layers.flatMap((layer) =>
    layer.weights
      .filter(({ constraint }) => constraint instanceof type)
      .map((weight) => ({ layer, weight })),
  );
}

/** The configuration's names for the constraints of the weights that a layer's rule names (biases have none). */
function keysOf(layer: Layer): string[] {
  const names = ruledWeights(layer).map(({ path }) => path.split(".").at(-1)!);
  // The constraint of a `depthwiseKernel` is `depthwiseConstraint`.
  return [...new Set(names.map((name) => `${name.replace(/(?<=.)Kernel$/, "")}Constraint`))];
}

/** A layer or a cell inside another, as a configuration writes it. */
interface Inner {
  className: string;
  config: Config;
}

/** The layers and cells inside a layer, with the keys under which its configuration has them. */
function innerConfigs(config: Config): [key: string, inner: Inner[]][] {
  return ["layer", "cell", "cells"].flatMap((key) => {
    const inner = [config[key] ?? []].flat() as Inner[];
    return inner.length > 0 && inner.every(({ config }) => config) ? [[key, inner]] : [];
  });
}

function hasKey(config: Config, keys: readonly string[]): boolean {
  const inside = innerConfigs(config).flatMap(([, inner]) => inner);
  return (
    keys.some((key) => Object.hasOwn(config, key)) ||
    inside.some((inner) => hasKey(inner.config, keys))
  );
}

/** The changes of a layer's configuration, with those of the layers and cells inside the layer. */
function changed(
  config: Config,
  layer: Layer,
  choose: (constraint: CompressionConstraint | undefined) => CompressionConstraint | undefined,
): Config {
  const change: Config = {};
  for (const key of keysOf(innerOf(layer)).filter((key) => Object.hasOwn(config, key))) {
    const now = constraintOf(config[key], layer);
    const next = choose(now);
    change[key] = next ? { className: next.getClassName(), config: next.getConfig() } : null;
  }
  for (const [key, inner] of innerConfigs(config)) {
    const next = inner.map((entry) => ({
      ...entry,
      config: { ...entry.config, ...changed(entry.config, layer, choose) },
    }));
    change[key] = Array.isArray(config[key]) ? next : next[0];
  }
  return change;
}

function constraintOf(serialized: unknown, layer: Layer): CompressionConstraint | undefined {
  if (serialized === null || serialized === undefined) return undefined;
  const { className, config } = serialized as { className: string; config: Config };
  const [type] = tf.serialization.SerializationMap.getMap().classNameMap[className] ?? [];
  const constraint = type && new (type as unknown as new (config: Config) => unknown)(config);
  if (constraint instanceof CompressionConstraint) return constraint;
  throw new TypeError(
    `cannot compress layer "${layer.name}": its kernel has the constraint ${className} (expected none)`,
  );
}
