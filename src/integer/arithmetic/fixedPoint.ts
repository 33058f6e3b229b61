/** A positive number as runtimes keep it: multiplier · 2^(shift − 31), the multiplier from 2³⁰ to 2³¹ − 1. */
export interface FixedPoint {
  readonly multiplier: number;
  readonly shift: number;
}

/**
 * The fixed-point number nearest to a number that isn't negative: TensorFlow Lite's `QuantizeMultiplier`. Numbers below
 * 2⁻³² become 0.
 */
export function fixedPoint(number: number): FixedPoint {
  if (number === 0) return { multiplier: 0, shift: 0 };
  let shift = Math.max(-1022, Math.floor(Math.log2(number)) + 1);
  // The logarithm of a number next to a power of two may be rounded to the wrong side.
  if (number / 2 ** shift >= 1) shift++;
  if (number / 2 ** shift < 0.5) shift--;
  let multiplier = Math.floor((number / 2 ** shift) * 2 ** 31 + 0.5);
  if (multiplier === 2 ** 31) {
    multiplier = 2 ** 30;
    shift++;
  }
  if (shift < -31) return { multiplier: 0, shift: 0 };
  if (shift > 30) return { multiplier: 2 ** 31 - 1, shift: 30 };
  return { multiplier, shift };
}
