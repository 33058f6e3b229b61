import type { OpAttribute, TensorMetadata, TypedValues } from "../nodeBackend.js";
import type { tf } from "../tf.js";
import type { CallSite } from "./callSite.js";

/** @internal A number that may differ in each call: read in JavaScript, fed to the graph. */
export interface Feed {
  read(): number;
  dtype: "float32" | "int32";
}

/** @internal An op that ran; its inputs are tensors' numbers, or variables that it updates itself. */
export interface Operation {
  name: string;
  attributes: OpAttribute[];
  inputs: (number | tf.Variable)[];
  outputs: TensorMetadata[];
  site: CallSite;
}

/** @internal Values that JavaScript uploaded. `dtype` is a `TF_DataType`. */
export interface Constant {
  values: TypedValues;
  shape: number[];
  dtype: number;
  site: CallSite;
}

/** @internal Where a tensor of a trace comes from. */
export type Source =
  | { kind: "argument"; index: number }
  | { kind: "variable"; variable: tf.Variable }
  | { kind: "feed"; feed: Feed }
  | { kind: "constant"; constant: Constant }
  /** A large tensor from outside, fed in each call instead of being copied into the graph. */
  | { kind: "held"; tensor: tf.Tensor }
  | { kind: "operation"; operation: Operation; output: number }
  /** What a variable is after an op updated it. */
  | { kind: "updated"; variable: tf.Variable; operation: Operation };

/** @internal Something that a graph can't do as the function did it. */
export interface Problem {
  /** What happened, as in `dataSync() read the result of "Sum"`. */
  what: string;
  /** The way out. */
  remedy: string;
  site: CallSite;
}

/** @internal What a function did, once. Tensors are the numbers that the binding gave them. */
export interface Trace {
  operations: Operation[];
  sources: Map<number, Source>;
  /** The `TF_DataType` and the shape of each argument. */
  argumentTypes: number[];
  argumentShapes: number[][];
  /** The values that were returned, and their types. */
  outputs: number[];
  outputTypes: number[];
  /** Each variable that was assigned, with its last value. */
  assignments: Map<tf.Variable, number>;
  /** What a session keeps variables multiplied by, other than 1. */
  scales: Map<tf.Variable, number>;
  /** Variables that didn't exist before. */
  created: tf.Variable[];
  problems: Problem[];
  /** What JavaScript has to do beside each call, such as count an optimizer's iterations. */
  effects: (() => void)[];
  /** The tensors that it keeps alive; whoever drops the trace disposes them. */
  held: tf.Tensor[];
}
