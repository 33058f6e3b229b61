import { isFields, type Json } from "./json.js";

/** Policies of which TensorFlow.js computes everything in float32. */
const asFloat32 = [
  ...["float32", "float16", "bfloat16", "float64"],
  ...["mixed_float16", "mixed_bfloat16", "float", "half", "double"],
];
const asInt32 = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"];

/**
 * @internal
 * Checks the type in which a layer computes: here it is float32, whatever the precision was.
 *
 * @throws Error if the policy is one of quantized weights
 */
export function checkPolicy(value: Json | undefined, where: string): void {
  const name = policyOf(value);
  if (name === undefined || asFloat32.includes(name)) return;
  throw new Error(
    `${where} computes in ${name} (expected float32 or another precision of floating point: save the model before it is quantized)`,
  );
}

/** @internal The type of a model's input. @throws Error if the type isn't one of numbers or truth values */
export function inputType(value: Json | undefined, where: string): "float32" | "int32" | "bool" {
  const name = policyOf(value) ?? "float32";
  if (asFloat32.includes(name)) return "float32";
  if (asInt32.includes(name)) return "int32";
  if (name === "bool") return "bool";
  throw new Error(`${where} takes values of type ${name} (expected numbers)`);
}

function policyOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) return String(value);
  return isFields(value.config!) ? String(value.config.name) : String(value.class_name);
}
