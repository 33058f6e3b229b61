import type { EngineOp, IntegerOp } from "../../../integer/index.js";
import { isFloat } from "../../onnx/program.js";
import * as convolutions from "./convolutions.js";
import * as elementwise from "./elementwise.js";
import { tableFunction } from "./functions.js";
import { layerNorm } from "./layerNorm.js";
import { lstm } from "./lstm.js";
import { refuse } from "./refuse.js";
import * as shapes from "./shapes.js";
import type { Translation } from "./translation.js";

/** An op that a file can have; layer normalization only in float. */
type WritableOp = Exclude<IntegerOp, EngineOp> | Extract<IntegerOp, { type: "layerNorm" }>;
type OpOf<Type extends WritableOp["type"]> = Extract<IntegerOp, { type: Type }>;

/** Writes an op whose output is a tensor of the file. */
type Writer<Op> = (op: Op, output: number, translation: Translation) => void;

const writers: { [Type in WritableOp["type"]]: Writer<OpOf<Type>> } = {
  conv2d: convolutions.conv2d,
  depthwiseConv2d: convolutions.depthwiseConv2d,
  transposedConv2d: convolutions.transposedConv2d,
  fullyConnected: convolutions.fullyConnected,
  add: elementwise.binary,
  subtract: elementwise.binary,
  multiply: elementwise.binary,
  maximum: elementwise.binary,
  minimum: elementwise.binary,
  concatenate: shapes.concatenate,
  maxPool2d: shapes.pool,
  averagePool2d: shapes.pool,
  mean: shapes.mean,
  reshape: shapes.reshape,
  pad: shapes.pad,
  slice: shapes.slice,
  resizeNearest: shapes.resizeNearest,
  transpose: shapes.transpose,
  reverse: shapes.reverse,
  softmax: elementwise.softmax,
  table: tableFunction,
  hardSwish: elementwise.hardSwish,
  leakyRelu: elementwise.leakyRelu,
  prelu: elementwise.prelu,
  relu: elementwise.relu,
  quantize: elementwise.quantize,
  gather: shapes.gather,
  batchMatMul: elementwise.batchMatMul,
  lstm,
  layerNorm,
};

/** Adds the operator of an op to the file. */
export function writeOperatorOf(op: IntegerOp, output: number, translation: Translation): void {
  const isFloatOnly = op.type === "layerNorm";
  if (!(op.type in writers) || (isFloatOnly && !isFloat(translation.tensor(op.output)))) {
    throw refuse(
      op.layer,
      `TensorFlow Lite has no ${op.type}`,
      "expected layers with an op there; other layers run in the engine of q.convert only",
    );
  }
  const writer = writers[op.type as WritableOp["type"]] as Writer<IntegerOp>;
  writer(op, output, translation);
}
