import type { serialization } from "@tensorflow/tfjs";
import type { tf } from "../tensorflow/index.js";
import { mendConfigs } from "./mendConfigs.js";
import type { Layer } from "./topology.js";

mendConfigs();

/** The layer that a twin is a copy of, and the options that were changed in the copy. */
export interface Origin {
  layer: Layer;
  change: Record<string, unknown>;
}

const origins = new WeakMap<Layer, Origin>();

/** @internal The origin of a layer that {@link twinOf} made; `undefined` for any other layer. */
export function originOf(twin: Layer): Origin | undefined {
  return origins.get(twin);
}

/**
 * @internal
 * A copy of a layer, with the same configuration or a changed one, that has no weights yet.
 *
 * @throws TypeError if the layer's constructor doesn't take the configuration of its `getConfig`; the message
 *   names the layer
 */
export function twinOf(layer: Layer, change: Record<string, unknown> = {}): Layer {
  const type = layer.constructor as serialization.SerializableConstructor<Layer>;
  try {
    const config = { ...layer.getConfig(), ...change } as serialization.ConfigDict;
    const twin = type.fromConfig(type, config) as Layer;
    twin.name = layer.name;
    origins.set(twin, { layer, change });
    return twin;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(
      `cannot copy layer "${layer.name}" (${layer.getClassName()}): ${why} (expected a getConfig() that returns what the constructor takes, as in getConfig() { return { ...super.getConfig(), units: this.units }; })`,
      { cause },
    );
  }
}

/**
 * @internal
 * Copies the values of a layer's weights into its twin.
 *
 * @throws TypeError if the twin's weights have other shapes; the message names the layer
 */
export function copyWeights(layer: Layer, twin: Layer): void {
  const [from, to] = [inOrder(layer), inOrder(twin)];
  const alike = from.length === to.length && from.every((weight, i) => sameShape(weight, to[i]!));
  if (!alike) {
    throw new TypeError(
      `cannot copy layer "${layer.name}" (${layer.getClassName()}): it has weights of shapes ${shapes(from)}, and its copy ${shapes(to)} (expected a getConfig() that returns all options of the layer)`,
    );
  }
  from.forEach((weight, i) => {
    to[i]!.write(weight.read());
  });
}

/** @internal A layer's weights in an order that doesn't depend on which weights are frozen. */
export function inOrder(layer: Layer): tf.LayerVariable[] {
  return thawed(layer, () => [...layer.weights]);
}

/** @internal Runs a function while none of a layer's weights is frozen singly. */
export function thawed<T>(layer: Layer, run: () => T): T {
  const frozen = layer.weights.filter((weight) => !weight.trainable);
  for (const weight of frozen) weight.trainable = true;
  try {
    return run();
  } finally {
    for (const weight of frozen) weight.trainable = false;
  }
}

function sameShape(a: tf.LayerVariable, b: tf.LayerVariable): boolean {
  return String(a.shape) === String(b.shape);
}

function shapes(weights: tf.LayerVariable[]): string {
  return weights.length === 0 ? "none" : weights.map(({ shape }) => `[${shape}]`).join(", ");
}
