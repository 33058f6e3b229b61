import type { serialization } from "@tensorflow/tfjs";
import { tf } from "../../tensorflow/index.js";
import { camelCase } from "./camelCase.js";
import { type Fields, isFields, type Json } from "./json.js";

type Written = { className: string; config: serialization.ConfigDict } | null;

const initializers: Readonly<Record<string, string>> = {
  LecunNormal: "LeCunNormal",
  LecunUniform: "LeCunUniform",
  OrthogonalInitializer: "Orthogonal",
};

/**
 * @internal
 * An initializer for TensorFlow.js. The weights come out of the file, so an initializer that isn't known is left
 * out: the layer's default is stated in its place.
 */
export function initializerOf(value: Json): Written {
  const described = isFields(value) ? value : { class_name: value, config: {} };
  const stated = String(described.class_name);
  // Keras 2 wrote names such as glorot_uniform, too.
  const name = /^[a-z]/.test(stated) ? capital(camelCase(stated)) : stated;
  const className = initializers[name] ?? name;
  if (!isKnown(className)) return null;
  const { seed, ...config } = options(described.config);
  return { className, config: typeof seed === "number" ? { ...config, seed } : config };
}

/** @internal @throws Error if the regularizer isn't L1, L2 or both */
export function regularizerOf(value: Json, where: string): Written {
  if (value === null) return null;
  const { class_name: stated, config } = isFields(value)
    ? value
    : { class_name: value, config: {} };
  const className = String(stated).toUpperCase();
  const { l1, l2 } = options(config) as { l1?: number; l2?: number };
  const rates: Record<string, { l1: number; l2: number }> = {
    L1: { l1: l1 ?? 0.01, l2: 0 },
    L2: { l1: 0, l2: l2 ?? 0.01 },
    L1L2: { l1: l1 ?? 0, l2: l2 ?? 0 },
    L1_L2: { l1: l1 ?? 0.01, l2: l2 ?? 0.01 },
  };
  const known = rates[className];
  if (known) return { className: "L1L2", config: known };
  if (isKnown(String(stated))) return { className: String(stated), config: options(config) };
  throw new Error(
    `${where} has the regularizer ${stated}, which isn't known (expected L1, L2 or L1L2, or a class in customObjects; or save the model without it)`,
  );
}

/** @internal @throws Error if the constraint isn't known */
export function constraintOf(value: Json, where: string): Written {
  if (value === null) return null;
  const { class_name: stated, config } = isFields(value)
    ? value
    : { class_name: value, config: {} };
  const className = /^[a-z]/.test(String(stated))
    ? capital(camelCase(String(stated)))
    : String(stated);
  if (isKnown(className)) return { className, config: options(config) };
  throw new Error(
    `${where} has the constraint ${stated}, which isn't known (expected MaxNorm, MinMaxNorm, NonNeg or UnitNorm, or a class in customObjects; or save the model without it)`,
  );
}

function options(config: Json | undefined): serialization.ConfigDict {
  const entries = Object.entries(isFields(config) ? (config as Fields) : {});
  const named = (value: Json) => (typeof value === "string" ? camelCase(value) : value);
  return Object.fromEntries(entries.map(([key, value]) => [camelCase(key), named(value)])) as never;
}

function isKnown(className: string): boolean {
  return Object.hasOwn(tf.serialization.SerializationMap.getMap().classNameMap, className);
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
