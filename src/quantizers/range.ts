import type { IntegerFormat } from "./format.js";

/** The values that a format's codes cover: one number each, or one for each channel. */
export interface Range {
  min: number | ArrayLike<number>;
  max: number | ArrayLike<number>;
}

/**
 * The range that a format covers when it has to hold every value from `min` to `max`: 0 always
 * belongs to it, and a symmetric format takes the smallest scale that reaches both ends.
 *
 * @example
 * q.coveringRange(-1, 0.5, q.int(2)); // { min: -1, max: 0.5 }: scale 0.5, codes -2 to 1
 * q.coveringRange(-1, 0.5, q.int(2, { narrowRange: true })); // { min: -1, max: 1 }
 * q.coveringRange(0.2, 1, q.uint(8)); // { min: 0, max: 1 }
 */
export function coveringRange(
  min: number,
  max: number,
  format: IntegerFormat,
): { min: number; max: number } {
  const low = Math.min(0, min);
  const high = Math.max(0, max);
  if (!format.symmetric) return { min: low, max: high };
  const below = low / format.smallest;
  const above = format.largest > 0 ? high / format.largest : 0;
  return symmetricRange(Math.max(below, above), format);
}

/** @internal The range of a symmetric format's codes at a scale. */
export function symmetricRange(scale: number, { smallest, largest }: IntegerFormat) {
  return { min: smallest * scale || 0, max: largest * scale || 0 };
}
