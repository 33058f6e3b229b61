import type { Requantization } from "../requantize.js";

/**
 * TensorFlow Lite's `MultiplyByQuantizedMultiplier` of int64 numbers: (accumulator · r + 2^(14 − shift)) >> (15 −
 * shift), r the multiplier's upper 16 bits, rounded and at most 0x7FFF. Accumulators below 2³⁷ make no product
 * above 2⁵³, so that doubles hold it.
 */
export function toReduced(
  accumulators: Float64Array,
  codes: Int16Array,
  { channels, multipliers, shifts, zeroPoint, smallest, largest }: Requantization,
): void {
  for (let c = 0; c < channels; c++) {
    const multiplier = multipliers[c]!;
    const reduced = multiplier < 0x7fff0000 ? (multiplier + 32768) >> 16 : 0x7fff;
    const divisor = 2 ** (15 - shifts[c]!);
    for (let i = c; i < accumulators.length; i += channels) {
      const product = accumulators[i]! * reduced + divisor / 2;
      const code = Math.floor(product / divisor) + zeroPoint;
      codes[i] = Math.max(smallest, Math.min(largest, code));
    }
  }
}
