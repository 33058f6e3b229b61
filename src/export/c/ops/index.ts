import type { IntegerOp, IntegerTensor, OpType } from "../../../integer/index.js";
import { refuse } from "../refuse.js";
import type { Writer } from "../writer.js";
import { add, extremum, multiply, prelu } from "./binary.js";
import { conv2d, depthwiseConv2d, fullyConnected, transposedConv2d } from "./convolution.js";
import { concatenate, pad, reshape, resizeNearest, reverse, slice, transpose } from "./copying.js";
import { gather } from "./gather.js";
import { batchMatMul } from "./matmul.js";
import { mean } from "./mean.js";
import { pool2d } from "./pooling.js";
import { softmax } from "./softmax.js";
import { byTable } from "./tables.js";

type Writers = { [T in OpType]: (op: Extract<IntegerOp, { type: T }>, writer: Writer) => string[] };

const writers: Partial<Writers> = {
  conv2d,
  depthwiseConv2d,
  transposedConv2d,
  fullyConnected,
  maxPool2d: pool2d,
  averagePool2d: pool2d,
  concatenate,
  pad,
  reshape,
  resizeNearest,
  reverse,
  slice,
  transpose,
  gather,
  add,
  subtract: add,
  multiply,
  prelu,
  maximum: extremum,
  minimum: extremum,
  batchMatMul,
  mean,
  softmax,
  table: byTable,
  hardSwish: byTable,
  leakyRelu: byTable,
  relu: byTable,
  quantize: byTable,
};

/**
 * @internal
 * The statements of an op.
 *
 * @throws Error if C has no form of the op or of its tensors, naming the layer
 */
export function statementsOf(op: IntegerOp, writer: Writer): string[] {
  const write = writers[op.type] as ((op: IntegerOp, writer: Writer) => string[]) | undefined;
  const { layer } = op;
  const way = "leave the layer out, or export the model with q.export.tflite";
  if (!write) throw refuse({ layer, what: op.type, reason: "there is no C routine of it", way });
  for (const index of [op.inputs[0]!, op.output]) {
    const tensor = writer.tensor(index);
    if (isWritable(op, index, tensor)) continue;
    const reason = `${tensor.type} activations (the C routines have int8)`;
    throw refuse({ layer, what: op.type, reason, way: "quantize its activations to 8 bits" });
  }
  return write(op, writer);
}

const summing = new Set<OpType>([
  "conv2d",
  "depthwiseConv2d",
  "fullyConnected",
  "transposedConv2d",
]);

/** Whether C has a form of a tensor of an op: int8 codes, and int32 where these are accumulators or indices. */
function isWritable(op: IntegerOp, index: number, { type }: IntegerTensor): boolean {
  if (type !== "int32") return type === "int8";
  if (op.type === "reshape") return true;
  return op.type === "gather"
    ? index === op.inputs[0]
    : summing.has(op.type) && index === op.output;
}
