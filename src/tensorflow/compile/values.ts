import type { OpAttribute, TensorMetadata, TypedValues } from "../loading/nodeBackend.js";
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
  /** A parameter has another value in a model of the same structure: a range, a frozen weight, a seed. */
  | { kind: "constant"; constant: Constant; parameter?: boolean }
  /** A large tensor from outside, fed in each call instead of being copied into the graph. */
  | { kind: "held"; tensor: tf.Tensor }
  | { kind: "operation"; operation: Operation; output: number }
  /** The value of a variable after an op updated it. */
  | { kind: "updated"; variable: tf.Variable; operation: Operation };

/** @internal An event in a function that a graph can't repeat. */
export interface Problem {
  /** The event in words, as in `dataSync() read the result of "Sum"`. */
  event: string;
  /** The advice that solves the problem. */
  remedy: string;
  site: CallSite;
}

/** @internal The ops of one call of a function. Tensors stand as the numbers that the binding gave them. */
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
  /** The factors, other than 1, that a session keeps variables multiplied by. */
  scales: Map<tf.Variable, number>;
  /** Variables that didn't exist before. */
  created: tf.Variable[];
  problems: Problem[];
  /** The functions that JavaScript has to run beside each call, such as counting an optimizer's iterations. */
  effects: (() => void)[];
  /** The tensors that the trace keeps alive; the code that drops the trace disposes them. */
  held: tf.Tensor[];
}

/** @internal The part of a trace that is known once the function has ended. */
export type Recorded = Pick<
  Trace,
  "operations" | "sources" | "assignments" | "scales" | "created" | "problems" | "effects" | "held"
>;
