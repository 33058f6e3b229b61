import type { OperatorName, TensorTypeName } from "./schema/enums.js";
import type { OperatorOptions } from "./schema/options.js";

/** The numbers of a constant: floats, codes, or whole numbers in doubles for INT64. */
export type ConstantData =
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | Float64Array;

/** The scales of a tensor. */
export interface Quantization {
  readonly scale: Float32Array;
  readonly zeroPoint: Int32Array;
  /** The axis along which scales differ. */
  readonly axis?: number;
}

/** A tensor of a file. */
export interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TensorTypeName;
  readonly quantization?: Quantization;
  /** The numbers of a constant; of INT4 the bytes with two codes each. */
  readonly data?: ConstantData;
  /** Whether the tensor keeps its numbers from one step of a sequence to the next. */
  readonly isVariable?: boolean;
}

/** An operator of a file; −1 among the inputs stands for an input that is left out. */
export interface FileOperator {
  readonly code: OperatorName;
  readonly version: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: OperatorOptions;
  readonly intermediates?: readonly number[];
}

/** The content of a `.tflite` file as plain data. Operators name tensors by their index. */
export interface FileModel {
  readonly tensors: readonly FileTensor[];
  readonly operators: readonly FileOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The names of inputs and outputs in the signature. */
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Whether the first axis of inputs, outputs and everything between them is open. */
  readonly dynamicBatch: boolean;
}
