import type { Requantization } from "../requantize.js";

/**
 * TensorFlow Lite's reference fully connected layer: the accumulator times the factor in float64, halves away from zero.
 */
export function inDouble(
  accumulators: Int32Array,
  codes: Int16Array,
  { channels, factors, zeroPoint, smallest, largest }: Requantization,
  first: number,
  end: number,
): void {
  for (let i = 0; i < accumulators.length; i += channels) {
    for (let c = first; c < end; c++) {
      const value = accumulators[i + c]! * factors[c]!;
      const code = (value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5)) + zeroPoint;
      codes[i + c] = Math.max(smallest, Math.min(largest, code));
    }
  }
}

/** The same for int64 accumulators. */
export function inDoubleWide(
  accumulators: Float64Array,
  codes: Int16Array,
  { channels, factors, zeroPoint, smallest, largest }: Requantization,
): void {
  for (let i = 0; i < accumulators.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      const value = accumulators[i + c]! * factors[c]!;
      const code = (value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5)) + zeroPoint;
      codes[i + c] = Math.max(smallest, Math.min(largest, code));
    }
  }
}
