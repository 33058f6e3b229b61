import type { IntegerOp, OpType } from "../program/index.js";
import { add } from "./add.js";
import { batchMatMul } from "./batchMatMul.js";
import { concatenate } from "./concatenate.js";
import type { Context, Step } from "./context.js";
import { conv2d } from "./conv2d.js";
import { depthwiseConv2d } from "./depthwiseConv2d.js";
import { extremum } from "./extremum.js";
import { float } from "./float.js";
import { fullyConnected } from "./fullyConnected.js";
import { gather } from "./gather.js";
import { gru } from "./gru.js";
import { hardSwish } from "./hardSwish.js";
import { integerSoftmax } from "./integerSoftmax.js";
import { layerNorm } from "./layerNorm.js";
import { lstm } from "./lstm.js";
import { mean } from "./mean.js";
import { pad, resizeNearest, reverse, slice, transpose } from "./move.js";
import { multiply } from "./multiply.js";
import { pool2d } from "./pool2d.js";
import { prelu } from "./prelu.js";
import { leakyRelu, quantize, relu } from "./rescale.js";
import { reshape } from "./reshape.js";
import { simpleRnn } from "./simpleRnn.js";
import { softmax } from "./softmax.js";
import { table } from "./table.js";
import { transposedConv2d } from "./transposedConv2d.js";

export { delegatesSum } from "./add.js";
export type { Codes, Context, Step } from "./context.js";
export { sizeOf } from "./context.js";
export { inEights } from "./finish.js";
export { geometryOf } from "./geometry.js";
export { delegatesProduct } from "./multiply.js";
export { fixedExponentials, floatExponentials } from "./softmax.js";
export { delegatesTransposed } from "./transposedConv2d.js";

type Preparers = { [T in OpType]: (op: Extract<IntegerOp, { type: T }>, context: Context) => Step };

const preparers: Preparers = {
  conv2d,
  depthwiseConv2d,
  transposedConv2d,
  fullyConnected,
  add,
  subtract: add,
  multiply,
  maximum: extremum,
  minimum: extremum,
  concatenate,
  maxPool2d: pool2d,
  averagePool2d: pool2d,
  mean,
  reshape,
  reinterpret: reshape,
  pad,
  slice,
  resizeNearest,
  transpose,
  reverse,
  softmax,
  table,
  hardSwish,
  leakyRelu,
  prelu,
  relu,
  quantize,
  gather,
  batchMatMul,
  lstm,
  float,
  gru,
  simpleRnn,
  layerNorm,
  integerSoftmax,
};

/** Makes the step of an op: checks it, and lays out all that doesn't depend on the inputs. */
export function prepareOp<T extends IntegerOp>(op: T, context: Context): Step {
  const prepare = preparers[op.type] as unknown as (op: T, context: Context) => Step;
  return prepare(op, context);
}
