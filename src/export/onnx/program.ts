import type { IntegerOp, IntegerTensor } from "../../integer/index.js";
import type { FloatTensor } from "../float/program.js";

/** @internal A tensor that the export writes. */
export type AnyTensor = IntegerTensor | FloatTensor;

/** @internal A model as the export writes it: an integer program, or the same ops on float tensors. */
export interface Program {
  readonly name: string;
  readonly tensors: readonly AnyTensor[];
  readonly ops: readonly IntegerOp[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** @internal Whether a tensor holds float numbers. */
export const isFloat = (tensor: AnyTensor): tensor is FloatTensor => tensor.type === "float32";
