import type { IntegerOp, KernelName } from "./ops.js";
import type { IntegerTensor } from "./tensor.js";

/**
 * An integer model as plain data: tensors, and ops in the order in which they run. Each tensor is a constant, an
 * input, or written by one op. The engine runs the program; the writers of files and of C translate it.
 */
export interface IntegerProgram {
  readonly name: string;
  /** Whose arithmetic the engine computes. */
  readonly kernel: KernelName;
  readonly tensors: readonly IntegerTensor[];
  readonly ops: readonly IntegerOp[];
  /** The model's inputs, as indices into `tensors`. */
  readonly inputs: readonly number[];
  /** The model's outputs, as indices into `tensors`. */
  readonly outputs: readonly number[];
  /** The tensor that each layer of the converted model writes, by the layer's name; layers may share one. */
  readonly layers?: Readonly<Record<string, number>>;
}
