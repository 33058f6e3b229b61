import type { IntegerOp } from "../../integer/index.js";

/**
 * @internal
 * A tensor of a float model: a weight with its values, or an activation. Activations have the batch as their first
 * axis, of length 1, and channels last; weights are laid out as those of integer programs.
 */
export interface FloatTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: "float32";
  readonly values?: Float32Array;
  /** For a matrix of weights that a file is to store in 4 bits: how many values of a row share a scale. */
  readonly blockSize?: number;
}

/** @internal An op of a float model, which is one of the integer model's ops on float tensors. */
export type FloatOp = IntegerOp;

/** @internal A float model as plain data, in the form of an integer program. */
export interface FloatProgram {
  readonly name: string;
  readonly tensors: readonly FloatTensor[];
  readonly ops: readonly FloatOp[];
  /** The model's inputs, as indices into `tensors`. */
  readonly inputs: readonly number[];
  /** The model's outputs, as indices into `tensors`. */
  readonly outputs: readonly number[];
}
