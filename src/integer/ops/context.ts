import type { IntegerTensor, KernelName } from "../program/index.js";

/**
 * The codes of a tensor: 8-bit and 16-bit codes in an Int16Array, so that V8 compiles each loop for one kind of arrays;
 * int32 codes in an Int32Array; int64 codes, which are constants only, as whole numbers in a Float64Array.
 */
export type Codes = Int16Array | Int32Array | Float64Array;

/** The view that an op has of the engine when it is prepared. */
export interface Context {
  readonly kernel: KernelName;
  tensor(index: number): IntegerTensor;
  codes(index: number): Codes;
  /** The int32 accumulators of the op that is prepared: scratch memory, or memory that is kept. */
  accumulators(length: number): Int32Array;
  /** The int64 accumulators of the op that is prepared, as whole doubles. */
  wideAccumulators(length: number): Float64Array;
}

/** Computes an op's output codes from its input codes. */
export type Step = () => void;

/** The codes of a tensor of 8 or 16 bits. */
export function narrow(context: Context, index: number): Int16Array {
  const codes = context.codes(index);
  if (codes instanceof Int16Array) return codes;
  const { name, type } = context.tensor(index);
  throw new RangeError(
    `invalid tensor \`${name}\`: ${type} (expected int8 or int16 codes for this op)`,
  );
}

/** The codes of a tensor of 8 bits, for ops that have another arithmetic for 16 bits, which isn't written here. */
export function eightBit(context: Context, index: number): Int16Array {
  const { name, type } = context.tensor(index);
  if (type === "int8") return narrow(context, index);
  throw new RangeError(
    `invalid tensor \`${name}\`: ${type} (expected int8 for this op; convolutions, dense layers, sums, products, extrema, pools ` +
      "and copies take int16 as well)",
  );
}

/** The number of entries of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The one zero point of a tensor. */
export function zeroPointOf({ zeroPoint }: IntegerTensor): number {
  return zeroPoint[0] ?? 0;
}

/** The one scale of a tensor. */
export function scaleOf({ scale }: IntegerTensor): number {
  return scale[0] ?? 1;
}
