/** How a tensor of an integer model is stored. */
export type IntegerType = "int8" | "int16" | "int32" | "int64";

/** The codes of a constant: int8 weights, int32 biases, int64 biases (whole numbers in doubles), and so on. */
export type ConstantCodes = Int8Array | Int16Array | Int32Array | Float64Array;

/**
 * A tensor of an integer model: the value of a code is `scale · (code − zeroPoint)`. Activations have the batch
 * as their first axis, of length 1, and channels last; weights are laid out as TensorFlow Lite lays them out.
 */
export interface IntegerTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: IntegerType;
  /**
   * The smallest and the largest code. Codes of `q.uint(8)` are kept as int8, 128 lower; codes of fewer bits are kept
   * as they are, so that `q.uint(4)` has the codes 0 to 15 in an int8 tensor.
   */
  readonly smallest: number;
  readonly largest: number;
  /** The distance of neighbouring values: one float32 number, or one for each index along `axis`. */
  readonly scale: Float32Array;
  /** The code of the value 0, one for each scale. */
  readonly zeroPoint: Int32Array;
  /** The axis along which scales differ. Default: all values share the scale. */
  readonly axis?: number;
  /** The codes of a constant, in the order of `shape`. */
  readonly codes?: ConstantCodes;
}
