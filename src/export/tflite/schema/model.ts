import { offset, table, uint8, uint32 } from "./table.js";

/** The root of a file. */
export const model = table("Model", {
  version: uint32(0),
  operatorCodes: offset(1),
  subgraphs: offset(2),
  description: offset(3),
  buffers: offset(4),
  metadata: offset(6),
  signatureDefs: offset(7),
});

/** A kind of operator that a file uses. */
export const operatorCode = table("OperatorCode", {
  deprecatedBuiltinCode: { slot: 0, type: "int8", default: 0 },
  version: { slot: 2, type: "int32", default: 1 },
  builtinCode: { slot: 3, type: "int32", default: 0 },
});

/** A graph of operators. */
export const subGraph = table("SubGraph", {
  tensors: offset(0),
  inputs: offset(1),
  outputs: offset(2),
  operators: offset(3),
  name: offset(4),
});

/** An operator at its place in the graph. */
export const operator = table("Operator", {
  opcodeIndex: uint32(0),
  inputs: offset(1),
  outputs: offset(2),
  builtinOptionsType: uint8(3),
  builtinOptions: offset(4),
  intermediates: offset(8),
});

/** The bytes of a constant. */
export const buffer = table("Buffer", { data: offset(0) });

/** A named buffer that isn't a tensor's. */
export const metadata = table("Metadata", { name: offset(0), buffer: uint32(1) });

/** The name that a signature has for a tensor. */
export const tensorMap = table("TensorMap", { name: offset(0), tensorIndex: uint32(1) });

/** The named inputs and outputs of a graph. */
export const signatureDef = table("SignatureDef", {
  inputs: offset(0),
  outputs: offset(1),
  signatureKey: offset(2),
  subgraphIndex: uint32(4),
});
