import { MessageWriter } from "../../tensorflow/index.js";

/** @internal The kinds of fields, beside the names of inner messages. */
type Scalar = "integer" | "float" | "text" | "bytes";

/** @internal The ONNX messages that the export writes. */
export interface Messages {
  ModelProto: {
    irVersion: number;
    producerName: string;
    graph: Messages["GraphProto"];
    opsetImport: Messages["OperatorSetIdProto"][];
  };
  OperatorSetIdProto: { domain: string; version: number };
  GraphProto: {
    node: Messages["NodeProto"][];
    name: string;
    initializer: Messages["TensorProto"][];
    input: Messages["ValueInfoProto"][];
    output: Messages["ValueInfoProto"][];
  };
  NodeProto: {
    input: string[];
    output: string[];
    name: string;
    opType: string;
    attribute: Messages["AttributeProto"][];
  };
  AttributeProto: {
    name: string;
    f?: number;
    i?: number;
    s?: Uint8Array;
    floats?: number[];
    ints?: number[];
    strings?: Uint8Array[];
    type: number;
  };
  TensorProto: { dims: number[]; dataType: number; name: string; rawData: Uint8Array };
  ValueInfoProto: { name: string; type: Messages["TypeProto"] };
  TypeProto: { tensorType: Messages["TypeProto.Tensor"] };
  "TypeProto.Tensor": { elemType: number; shape: Messages["TensorShapeProto"] };
  TensorShapeProto: { dim: Messages["TensorShapeProto.Dimension"][] };
  "TensorShapeProto.Dimension": { dimValue?: number; dimParam?: string };
}

/** @internal The name of a message. */
export type MessageName = keyof Messages;

type Fields<T> = { [K in keyof T]-?: readonly [number: number, kind: Scalar | MessageName] };

/**
 * @internal
 * The number and the kind of each field, in camel case; from `onnx.proto` of ONNX 1.23, which Python's `onnx`
 * carries.
 */
export const schema: { [M in MessageName]: Fields<Messages[M]> } = {
  ModelProto: {
    irVersion: [1, "integer"],
    producerName: [2, "text"],
    graph: [7, "GraphProto"],
    opsetImport: [8, "OperatorSetIdProto"],
  },
  OperatorSetIdProto: { domain: [1, "text"], version: [2, "integer"] },
  GraphProto: {
    node: [1, "NodeProto"],
    name: [2, "text"],
    initializer: [5, "TensorProto"],
    input: [11, "ValueInfoProto"],
    output: [12, "ValueInfoProto"],
  },
  NodeProto: {
    input: [1, "text"],
    output: [2, "text"],
    name: [3, "text"],
    opType: [4, "text"],
    attribute: [5, "AttributeProto"],
  },
  AttributeProto: {
    name: [1, "text"],
    f: [2, "float"],
    i: [3, "integer"],
    s: [4, "bytes"],
    floats: [7, "float"],
    ints: [8, "integer"],
    strings: [9, "bytes"],
    type: [20, "integer"],
  },
  TensorProto: {
    dims: [1, "integer"],
    dataType: [2, "integer"],
    name: [8, "text"],
    rawData: [9, "bytes"],
  },
  ValueInfoProto: { name: [1, "text"], type: [2, "TypeProto"] },
  TypeProto: { tensorType: [1, "TypeProto.Tensor"] },
  "TypeProto.Tensor": { elemType: [1, "integer"], shape: [2, "TensorShapeProto"] },
  TensorShapeProto: { dim: [1, "TensorShapeProto.Dimension"] },
  "TensorShapeProto.Dimension": { dimValue: [1, "integer"], dimParam: [2, "text"] },
};

/** @internal The element types of tensors: values of `TensorProto.DataType`. */
export const elementTypes = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, int4: 22 } as const;

/** @internal The type of a tensor's elements. */
export type ElementType = keyof typeof elementTypes;

/** @internal The kinds of attributes: values of `AttributeProto.AttributeType`. */
export const attributeTypes = {
  ...{ float: 1, int: 2, string: 3 },
  ...{ floats: 6, ints: 7, strings: 8 },
} as const;

/** @internal The bytes of a message. */
export function encode<M extends MessageName>(name: M, message: Messages[M]): Uint8Array {
  const writer = new MessageWriter();
  const fields: Record<string, readonly [number, string]> = schema[name];
  for (const [key, value] of Object.entries(message)) {
    const [number, kind] = fields[key]!;
    // A repeated field is written once for each entry, as Python's protobuf writes a proto2 file.
    for (const entry of Array.isArray(value) ? value : [value]) {
      if (entry !== undefined) write(writer, number, kind, entry);
    }
  }
  return writer.finish();
}

function write(writer: MessageWriter, number: number, kind: string, value: any): void {
  if (kind === "integer") writer.integer(number, value);
  else if (kind === "float") writer.float(number, value);
  else if (kind === "text") writer.text(number, value);
  else if (kind === "bytes") writer.bytes(number, value);
  else writer.bytes(number, encode(kind as MessageName, value));
}
