import type { Routine } from "./routine.js";

/** @internal How weights are stored: a byte each, or two in a byte. */
export type Storage = "int8" | "int4";

const nibble: Routine = {
  name: "int4_at",
  text: `/* A 4-bit code out of two in a byte, the first in the lower half. */
static int32_t int4_at(const uint8_t *codes, int32_t i) {
  const int32_t bits = (i & 1) != 0 ? codes[i >> 1] >> 4 : codes[i >> 1] & 15;
  return (bits ^ 8) - 8;
}`,
};

/** @internal The words of C that read weights. */
export interface WeightWords {
  readonly needs: readonly Routine[];
  /** The type of the array's elements. */
  readonly type: string;
  /** The weight at an index. */
  at(index: string): string;
}

/** @internal */
export const weightWords: Record<Storage, WeightWords> = {
  int8: { needs: [], type: "int8_t", at: (index) => `weights[${index}]` },
  int4: { needs: [nibble], type: "uint8_t", at: (index) => `int4_at(weights, ${index})` },
};

/** @internal Two 4-bit codes in a byte, the first in the lower half. */
export function packNibbles(codes: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(codes.length / 2));
  for (let i = 0; i < codes.length; i++) {
    bytes[i >> 1]! |= (codes[i]! & 15) << (i % 2 === 0 ? 0 : 4);
  }
  return bytes;
}
