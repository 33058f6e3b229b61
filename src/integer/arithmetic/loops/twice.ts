import type { Requantization } from "../requantize.js";

/**
 * gemmlowp's requantization: the doubled product's high half, rounded, then a shift that rounds halves away from zero.
 * The sums are whole numbers under 2⁵³, as in `highMultiply`.
 */
export function toTwice(
  accumulators: Int32Array,
  codes: Int16Array,
  { channels, multipliers, shifts, zeroPoint, smallest, largest }: Requantization,
  first: number,
  end: number,
): void {
  for (let c = first; c < end; c++) {
    const high = multipliers[c]! >> 16;
    const low = multipliers[c]! & 0xffff;
    const left = Math.max(0, shifts[c]!);
    const right = Math.max(0, -shifts[c]!);
    const mask = 2 ** right - 1;
    const half = mask >> 1;
    for (let i = c; i < accumulators.length; i += channels) {
      const a = accumulators[i]! << left;
      const product = Math.floor((a * high + Math.floor((a * low + 1073741824) / 65536)) / 32768);
      const threshold = product < 0 ? half + 1 : half;
      const code = (product >> right) + ((product & mask) > threshold ? 1 : 0) + zeroPoint;
      codes[i] = Math.max(smallest, Math.min(largest, code));
    }
  }
}

/** The same with halves rounded up in the shift, as ruy's kernels round. */
export function toTwiceUp(
  accumulators: Int32Array,
  codes: Int16Array,
  { channels, multipliers, shifts, zeroPoint, smallest, largest }: Requantization,
  first: number,
  end: number,
): void {
  for (let c = first; c < end; c++) {
    const high = multipliers[c]! >> 16;
    const low = multipliers[c]! & 0xffff;
    const left = Math.max(0, shifts[c]!);
    const right = Math.max(0, -shifts[c]!);
    const mask = 2 ** right - 1;
    const half = mask >> 1;
    for (let i = c; i < accumulators.length; i += channels) {
      const a = accumulators[i]! << left;
      const product = Math.floor((a * high + Math.floor((a * low + 1073741824) / 65536)) / 32768);
      const code = (product >> right) + ((product & mask) > half ? 1 : 0) + zeroPoint;
      codes[i] = Math.max(smallest, Math.min(largest, code));
    }
  }
}
