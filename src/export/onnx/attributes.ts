import { attributeTypes, type Messages } from "./schema.js";

/** @internal A node's attribute; ONNX tells integers from floats. */
export type Attribute =
  | { int: number }
  | { float: number }
  | { text: string }
  | { ints: number[] }
  | { floats: number[] }
  | { texts: string[] };

/** @internal The message of an attribute. */
export function attributeOf(name: string, attribute: Attribute): Messages["AttributeProto"] {
  if ("int" in attribute) return { name, i: attribute.int, type: attributeTypes.int };
  if ("float" in attribute) return { name, f: attribute.float, type: attributeTypes.float };
  if ("ints" in attribute) return { name, ints: attribute.ints, type: attributeTypes.ints };
  if ("floats" in attribute) {
    return { name, floats: attribute.floats, type: attributeTypes.floats };
  }
  const bytes = (text: string) => new TextEncoder().encode(text);
  if ("texts" in attribute) {
    return { name, strings: attribute.texts.map(bytes), type: attributeTypes.strings };
  }
  return { name, s: bytes(attribute.text), type: attributeTypes.string };
}
