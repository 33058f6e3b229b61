import { checkWritable } from "./check.js";
import { type Dimension, OnnxGraph } from "./graph.js";
import type { Layout } from "./layout.js";
import { type WritableOp, writeOp } from "./ops/index.js";
import type { Program } from "./program.js";
import { QuantizedForm } from "./quantizedForm.js";
import { encode, type Messages } from "./schema.js";
import { Values } from "./values.js";

/** The versions of ONNX's operators, among which int4 and blocks begin, and of its file format. */
const opset = 21;
const irVersion = 10;

/** @internal The form of an ONNX file. */
export interface FileForm {
  /** The batch size, or the name of an open size. */
  batch: Dimension;
  /** Whether weights of at most four bits are written as int4. */
  int4: boolean;
  /** The order of the axes of inputs and outputs. */
  layout: "channelsLast" | "channelsFirst";
}

/** @internal A model as it is written. */
export interface WrittenModel {
  graph: Messages["GraphProto"];
  content: Uint8Array;
}

/**
 * @internal
 * An ONNX model that computes a program.
 *
 * @throws TypeError if the program has an op that ONNX's QDQ form can't express; the message names the layer
 */
export function modelFile(program: Program, { batch, int4, layout }: FileForm): WrittenModel {
  checkWritable(program);
  const graph = new OnnxGraph();
  const values = new Values(program, graph, batch, new QuantizedForm(graph, int4));
  const outside = (index: number): Layout =>
    layout === "channelsFirst" && values.shape(index).length > 2 ? "first" : "last";
  for (const index of program.inputs) values.addInput(index, outside(index));
  for (const op of program.ops) writeOp(op as WritableOp, values);
  for (const index of program.outputs) values.addOutput(index, outside(index));
  const message = graph.message(program.name);
  const content = encode("ModelProto", {
    irVersion,
    producerName: "qatlab",
    graph: message,
    opsetImport: [{ domain: "", version: opset }],
  });
  return { graph: message, content };
}
