import { describe, expect, it } from "vitest";
import {
  attributeTypes,
  elementTypes,
  encode,
  type MessageName,
  schema,
} from "../../../src/export/onnx/schema.js";
import { MessageWriter } from "../../../src/tensorflow/compile/messageWriter.js";
import golden from "../../golden/onnx_schema.json" with { type: "json" };

interface Field {
  number: number;
  type: string;
  packed: boolean;
}
const messages = golden.messages as unknown as Record<MessageName, Record<string, Field>>;
const kinds: Record<string, string> = {
  int32: "integer",
  int64: "integer",
  enum: "integer",
  float: "float",
  string: "text",
  bytes: "bytes",
};
const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** The bytes that a writer makes. */
function written(write: (writer: MessageWriter) => void): string {
  const writer = new MessageWriter();
  write(writer);
  return hex(writer.finish());
}

describe("The fields of ONNX's messages", () => {
  const names = Object.keys(schema) as MessageName[];

  it.each(names)("have the numbers and kinds of PyPI's onnx: %s", (name) => {
    for (const [key, [number, kind]] of Object.entries(schema[name])) {
      const field = messages[name][snake(key)]!;
      expect([key, number, kind]).toEqual([key, field.number, kinds[field.type] ?? field.type]);
      expect(field.packed).toBe(false);
    }
  });

  it("have the enumerations' values", () => {
    for (const [type, value] of Object.entries(elementTypes)) {
      expect(golden.elementTypes).toHaveProperty(type.toUpperCase(), value);
    }
    for (const [type, value] of Object.entries(attributeTypes)) {
      expect(golden.attributeTypes).toHaveProperty(type.toUpperCase(), value);
    }
  });
});

describe("The wire format", () => {
  // The examples of protobuf.dev/programming-guides/encoding.
  it("is that of Protocol Buffers' own examples", () => {
    expect(written((writer) => writer.integer(1, 150))).toBe("089601");
    expect(written((writer) => writer.text(2, "testing"))).toBe("120774657374696e67");
    expect(written((writer) => writer.integer(1, -2))).toBe("08feffffffffffffffff01");
    const inner = Uint8Array.of(0x08, 0x96, 0x01);
    expect(written((writer) => writer.bytes(3, inner))).toBe("1a03089601");
  });

  it("writes a float little-endian, and a repeated field once for each entry", () => {
    expect(written((writer) => writer.float(2, 1))).toBe("150000803f");
    const attribute = { name: "a", ints: [1, 300], type: attributeTypes.ints };
    expect(hex(encode("AttributeProto", attribute))).toBe("0a0161400140ac02a00107");
  });
});
