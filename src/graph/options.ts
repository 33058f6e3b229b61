import { tf } from "../tensorflow/index.js";
import type { Layer } from "./topology.js";
import { type Origin, originOf, twinOf } from "./twin.js";

type Properties = Record<string, unknown>;

class Bare extends tf.layers.Layer {
  static readonly className = "Bare";
}

/**
 * The properties in which every layer of tfjs keeps its place in a graph, and those that are carried over in
 * another way.
 */
const placing = new Set([
  ...Object.keys(new Bare({})),
  ...["batchInputShape", "inputShape", "batchSize", "dtype", "inputDType", "trainable", "weights"],
]);

/** tfjs's own types of layers; {@link mendConfigs} adds the options that their configurations forget. */
const ofTfjs = new Set(
  Object.values(tf.serialization.SerializationMap.getMap().classNameMap).map(([type]) => type),
);

/**
 * @internal
 * Checks a twin, and the twins inside it, once they are built: apart from changed options, each has the options
 * of the layer that it is a copy of.
 *
 * @throws TypeError if a layer's configuration leaves an option out, naming the layer
 */
export function checkOptions(layer: Layer): void {
  for (const twin of [layer, ...layersIn(layer)]) {
    const origin = originOf(twin);
    if (origin) checkTwin(twin, origin);
  }
}

function checkTwin(twin: Layer, { layer, change }: Origin): void {
  let unchanged: Properties | undefined;
  if (!ofTfjs.has(layer.constructor as never)) {
    for (const [name, value] of Object.entries(layer)) {
      if (placing.has(name) || name in change || recordsOf(layer).includes(name)) continue;
      const copied = (twin as unknown as Properties)[name];
      if (sameOption(value, copied)) continue;
      // A property may follow from a changed option, as a layer's hasBias follows from useBias.
      if (Object.keys(change).length > 0) unchanged ??= unchangedTwin(layer);
      if (unchanged && sameOption(value, unchanged[name])) continue;
      throw lost(layer, name, value, copied);
    }
  }
  // A layer of tfjs may have other layers inside: a wrapper's layer, the cell of a recurrent layer.
  const [inside, copies] = [layersIn(layer), layersIn(twin)];
  inside.forEach((inner, i) => {
    if (copies[i]) checkTwin(copies[i], { layer: inner, change });
  });
}

/** A layer with the same configuration, without any change. */
function unchangedTwin(layer: Layer): Properties {
  return twinOf(layer) as unknown as Properties;
}

/** The properties that a type of layers declares as records, which are no options. */
function recordsOf(layer: Layer): readonly string[] {
  return (layer.constructor as { records?: readonly string[] }).records ?? [];
}

function lost(layer: Layer, name: string, value: unknown, copied: unknown): TypeError {
  const type = layer.getClassName();
  return new TypeError(
    `cannot copy layer "${layer.name}" (${type}): its ${name} is ${describe(value)}, and that of its copy ${describe(copied)} (expected a getConfig() that returns it and a constructor that takes it, as in getConfig() { return { ...super.getConfig(), ${name}: this.${name} }; })`,
  );
}

function describe(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? `[${value}]` : `an object (${value.constructor?.name ?? "null"})`;
}

/** Whether a property of a layer came through its configuration. The copy may have further properties. */
function sameOption(value: unknown, copied: unknown, depth = 0): boolean {
  if (typeof copied === "object" && copied !== null && isCarried(copied)) return true;
  if (value === undefined || value === null) return copied === undefined || copied === null;
  if (typeof value === "function") return String(value) === String(copied);
  if (typeof value !== "object") return Object.is(value, copied);
  if (isCarried(value) || depth > 4) return true;
  if (typeof copied !== "object" || copied === null) return false;
  // A configuration has initializers and so on in written form.
  if (value.constructor !== copied.constructor) return "className" in copied;
  if (value instanceof tf.Tensor) return sameTensor(value, copied as tf.Tensor);
  if (ArrayBuffer.isView(value)) return String(value) === String(copied);
  if (Array.isArray(value) && value.length !== (copied as unknown[]).length) return false;
  return Object.entries(value).every(
    ([name, part]) =>
      name === "name" ||
      placing.has(name) ||
      sameOption(part, (copied as Properties)[name], depth + 1),
  );
}

/** Weights are copied, and layers inside are compared by themselves. */
function isCarried(value: object): boolean {
  return value instanceof tf.layers.Layer || isWeight(value);
}

function isWeight(value: unknown): boolean {
  return ["read", "write"].every((name) => name in Object(value));
}

function sameTensor(value: tf.Tensor, copied: tf.Tensor): boolean {
  if (value.isDisposed || copied.isDisposed) return true;
  if (String(value.shape) !== String(copied.shape) || value.dtype !== copied.dtype) return false;
  return String(value.dataSync()) === String(copied.dataSync());
}

/** @internal The layers that a layer keeps in its properties, except for models. */
export function layersIn(layer: Layer): Layer[] {
  return kept(layer).filter((value) => !(value instanceof tf.LayersModel));
}

/** @internal The layers that a layer keeps in its properties; the layers of a model. */
export function partsOf(layer: Layer): Layer[] {
  return layer instanceof tf.LayersModel ? layer.layers : kept(layer);
}

function kept(layer: Layer): Layer[] {
  return Object.entries(layer)
    .filter(([name]) => !placing.has(name))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter((value) => value instanceof tf.layers.Layer);
}
