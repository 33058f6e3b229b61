import type { Requantization } from "../requantize.js";

/** 1.5 · 2²³: a float32 number to which a small number is added loses its fraction, halves to even. */
const magic = 12582912;

/**
 * XNNPACK's requantization (`xnn_qs8_requantize_fp32`, "fmagic"): the only float operations between the input codes and
 * the output codes. XNNPACK clamps before it rounds, which makes the same codes.
 */
export function toFloat32(
  accumulators: Int32Array,
  codes: Int16Array,
  { channels, factors, zeroPoint, smallest, largest }: Requantization,
  first: number,
  end: number,
): void {
  const low = smallest - zeroPoint;
  const high = largest - zeroPoint;
  for (let i = 0; i < accumulators.length; i += channels) {
    for (let c = first; c < end; c++) {
      const value = Math.fround(Math.fround(accumulators[i + c]!) * factors[c]!);
      codes[i + c] = Math.fround(Math.max(low, Math.min(high, value)) + magic) - magic + zeroPoint;
    }
  }
}
