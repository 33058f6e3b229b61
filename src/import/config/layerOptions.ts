import type { serialization } from "@tensorflow/tfjs";
import { tf } from "../../tensorflow/index.js";
import { activationOf, type Origin } from "./activations.js";
import { camelCase } from "./camelCase.js";
import { checkPolicy } from "./dtypes.js";
import { type Fields, isFields, type Json } from "./json.js";
import { type Described, describedIn } from "./modelConfig.js";
import { constraintOf, initializerOf, regularizerOf } from "./parts.js";
import { rewritten } from "./rewrites.js";
import { checkKnown } from "./unknown.js";

/** @internal A layer's class and options, as TensorFlow.js takes them. */
export interface LayerOptions {
  className: string;
  config: serialization.ConfigDict;
}

/**
 * @internal
 * The options of a layer of Keras' for TensorFlow.js.
 *
 * @param where the layer's name for messages
 * @throws Error if a class, an activation or a policy isn't known
 */
export function layerOptions(described: Described, origin: Origin, where: string): LayerOptions {
  checkKnown(described, where);
  const { className, config: stated } = rewritten(described, where);
  const config: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(stated)) {
    if (key === "dtype") checkPolicy(value, where);
    else {
      const option = optionOf(key, value, { origin, where });
      if (option !== undefined) config[camelCase(key)] = option;
    }
  }
  return { className, config: config as serialization.ConfigDict };
}

function optionOf(
  key: string,
  value: Json,
  { origin, where }: { origin: Origin; where: string },
): unknown {
  if (key === "name") return value;
  if (key.endsWith("_initializer")) return initializerOf(value) ?? undefined;
  if (key.endsWith("_regularizer")) return regularizerOf(value, where);
  if (key.endsWith("_constraint")) return constraintOf(value, where);
  if (/^(recurrent_)?activation$/.test(key)) {
    return activationOf(value ?? "linear", origin, where);
  }
  if (["layer", "cell", "cells"].includes(key)) {
    const inner = (one: Json) =>
      layerOptions(describedIn(one, `${key} of ${where}`), origin, `${key} of ${where}`);
    return Array.isArray(value) ? value.map(inner) : inner(value);
  }
  return translated(value);
}

/** A value in TensorFlow.js's way of writing; Keras writes a tuple as an object. */
function translated(value: Json): unknown {
  if (typeof value === "string") return camelCase(value);
  if (Array.isArray(value)) return value.map(translated);
  if (!isFields(value)) return value;
  if (value.class_name === "__tuple__") return translated(value.items ?? []);
  return Object.fromEntries(
    Object.entries(value as Fields).map(([key, one]) => [
      camelCase(key),
      // The names of classes and layers stay.
      ["name", "class_name"].includes(key) ? one : translated(one),
    ]),
  );
}

/** @internal The class of a layer, with the function that makes a layer of a configuration. */
export function classOf(className: string) {
  return tf.serialization.SerializationMap.getMap().classNameMap[className]!;
}
