import { attributeTypes, type Messages } from "./schema.js";

/** @internal A node's attribute; ONNX tells integers from floats. */
export type Attribute = { int: number } | { float: number } | { text: string } | { ints: number[] };

/** @internal The message of an attribute. */
export function attributeOf(name: string, attribute: Attribute): Messages["AttributeProto"] {
  if ("int" in attribute) return { name, i: attribute.int, type: attributeTypes.int };
  if ("float" in attribute) return { name, f: attribute.float, type: attributeTypes.float };
  if ("ints" in attribute) return { name, ints: attribute.ints, type: attributeTypes.ints };
  return { name, s: new TextEncoder().encode(attribute.text), type: attributeTypes.string };
}
