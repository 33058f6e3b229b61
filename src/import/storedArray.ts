/** @internal An array of numbers in a file, which is read when it is asked for. */
export interface StoredArray {
  /** The array's name in the file. */
  path: string;
  shape: readonly number[];
  /** The numbers in row-major order, as float32. */
  read(): Float32Array;
}

/** @internal The number of values in an array of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
