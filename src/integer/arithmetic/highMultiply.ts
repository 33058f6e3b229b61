/**
 * ⌊(a · multiplier + 2³⁰) / 2³¹⌋ of two int32 numbers: gemmlowp's `SaturatingRoundingDoublingHighMul`, for a
 * multiplier that isn't −2³¹. The product has up to 62 bits, so that the multiplier is split at bit 16; each sum
 * below is a whole number under 2⁵³.
 */
export function highMultiply(a: number, multiplier: number): number {
  const high = multiplier >> 16;
  const low = multiplier & 0xffff;
  return Math.floor((a * high + Math.floor((a * low + 1073741824) / 65536)) / 32768);
}

/** number / 2^exponent, halves rounded away from zero: gemmlowp's `RoundingDivideByPOT`. */
export function roundingShift(number: number, exponent: number): number {
  const mask = 2 ** exponent - 1;
  const remainder = number & mask;
  const threshold = (mask >> 1) + (number < 0 ? 1 : 0);
  return (number >> exponent) + (remainder > threshold ? 1 : 0);
}

/**
 * number · multiplier · 2^(shift − 31), rounded twice, the second time with halves away from zero: TensorFlow
 * Lite's `MultiplyByQuantizedMultiplier` of int32 numbers.
 */
export function multiplyTwice(number: number, multiplier: number, shift: number): number {
  const shifted = shift > 0 ? number << shift : number;
  return roundingShift(highMultiply(shifted, multiplier), shift > 0 ? 0 : -shift);
}

/** The same with halves rounded up in the second rounding, as vector units shift. */
export function multiplyTwiceUp(number: number, multiplier: number, shift: number): number {
  if (shift > 0) return highMultiply(number << shift, multiplier);
  return Math.floor((highMultiply(number, multiplier) + 2 ** (-shift - 1)) / 2 ** -shift);
}
