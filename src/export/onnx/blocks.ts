import type { FloatProgram, FloatTensor } from "../float/program.js";

/** @internal The codes of a matrix in blocks of a row, and a scale for each block. */
export interface Blocks {
  readonly codes: Int8Array;
  /** `[rows, blocks of a row]` */
  readonly scale: Float32Array;
}

/** The 4-bit codes. */
const [smallest, largest] = [-8, 7];

/**
 * @internal
 * Rounds a matrix `[rows, columns]` to 4 bits, with a scale for each block of a row: the smallest with which the codes cover
 * the block, as `q.int(4, { per: "group" })` has it. The last block of a row may be shorter.
 */
export function blocksOf(
  values: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  blockSize: number,
): Blocks {
  const count = Math.ceil(columns / blockSize);
  const scale = new Float32Array(rows * count);
  const place = (i: number) =>
    Math.floor(i / columns) * count + Math.floor((i % columns) / blockSize);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    scale[place(i)] = Math.max(scale[place(i)]!, value / (value < 0 ? smallest : largest));
  }
  // A block of zeros has any scale.
  for (const [i, step] of scale.entries()) scale[i] = step > 0 ? step : 1;
  const codes = Int8Array.from(values, (value, i) =>
    Math.max(smallest, Math.min(largest, Math.round(value / scale[place(i)]!))),
  );
  return { codes, scale };
}

/** @internal A float program whose dense layers have their weights in blocks of 4-bit codes. */
export function withBlocks(program: FloatProgram, blockSize: number): FloatProgram {
  const weights = new Set(
    program.ops.filter(({ type }) => type === "fullyConnected").map(({ inputs }) => inputs[1]!),
  );
  const tensors = program.tensors.map(
    (tensor, i): FloatTensor => (weights.has(i) ? { ...tensor, blockSize } : tensor),
  );
  return { ...program, tensors };
}
