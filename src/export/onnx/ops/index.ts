import type { EngineOp, IntegerOp } from "../../../integer/index.js";
import type { Values } from "../values.js";
import { conv2d, depthwiseConv2d, transposedConv2d } from "./convolutions.js";
import { batchMatMul, fullyConnected, gather } from "./dense.js";
import {
  binary,
  hardSwish,
  leakyRelu,
  prelu,
  quantize,
  relu,
  softmax,
  table,
} from "./elementwise.js";
import { concatenate, pad, reshape, resizeNearest, reverse, slice, transpose } from "./movement.js";
import { layerNorm } from "./normalization.js";
import { mean, pool2d } from "./pooling.js";
import { recurrent } from "./recurrent.js";

type Op<T> = Extract<IntegerOp, { type: T }>;

/** @internal The ops that a file can have. */
export type WritableOp = Exclude<IntegerOp, EngineOp> | Op<"gru" | "simpleRnn" | "layerNorm">;

/** For each op, the function that writes its nodes. */
const writers: { [T in WritableOp["type"]]: (op: Op<T>, values: Values) => void } = {
  conv2d,
  depthwiseConv2d,
  transposedConv2d,
  fullyConnected,
  add: binary,
  subtract: binary,
  multiply: binary,
  maximum: binary,
  minimum: binary,
  concatenate,
  maxPool2d: pool2d,
  averagePool2d: pool2d,
  mean,
  reshape,
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
  lstm: recurrent,
  gru: recurrent,
  simpleRnn: recurrent,
  layerNorm,
};

/** @internal Writes the nodes of an op. */
export function writeOp(op: WritableOp, values: Values): void {
  (writers[op.type] as (op: IntegerOp, values: Values) => void)(op, values);
}
