import type { tf } from "../../tensorflow/index.js";
import { checkFormat, type IntegerFormat } from "../formats/integer.js";
import { gridRange } from "./grid.js";

/** The values that a format's codes cover: one number each, or one for each channel. */
export interface ValueRange {
  min: number | ArrayLike<number>;
  max: number | ArrayLike<number>;
}

/** A range as tensors: scalars, or shape `[channels]`. */
export interface RangeTensors {
  min: tf.Tensor;
  max: tf.Tensor;
}

/**
 * The range that a format covers when it has to hold every value from `min` to `max`: 0 always
 * belongs to it, and a symmetric format takes the smallest scale that reaches both ends. A format
 * without codes above 0, int1, can't hold positive values: they are clipped.
 *
 * @param range the smallest and the largest value, in the values' unit
 * @throws TypeError if `format` isn't a format; RangeError if the ends are swapped or not finite, or if the range is
 *   wider than float32 reaches
 * @example
 * q.coveringRange(q.int(2), { min: -1, max: 0.5 }); // { min: -1, max: 0.5 } (scale 0.5, codes -2 to 1)
 * q.coveringRange(q.int(2, { narrowRange: true }), { min: -1, max: 0.5 }); // { min: -1, max: 1 }
 * q.coveringRange(q.uint(8), { min: 0.2, max: 1 }); // { min: 0, max: 1 }
 */
export function coveringRange(
  format: IntegerFormat,
  { min, max }: { min: number; max: number },
): { min: number; max: number } {
  checkFormat(format);
  checkRange({ min: Math.min(0, min), max: Math.max(0, max) });
  if (min > max) {
    throw new RangeError(`invalid range: ${min} to ${max} (expected min to be at most max)`);
  }
  const low = Math.min(0, min);
  const high = Math.max(0, max);
  if (!format.symmetric) return gridRange(low, high, format);
  const below = low / format.smallest;
  const above = format.largest > 0 ? high / format.largest : 0;
  const ends = symmetricRange(Math.max(below, above), format);
  checkRange(ends);
  return gridRange(ends.min, ends.max, format);
}

/** The largest distance of two ends that float32 holds. */
const widest = 3.4028234663852886e38;

/** @internal @throws TypeError if `range` isn't a range, RangeError if it has no grid */
export function checkRange(range: ValueRange): void {
  const { min, max } = range ?? {};
  const [lows, highs] = [list(min), list(max)];
  if (!lows || !highs || lows.length !== highs.length) {
    throw new TypeError(
      `invalid range: ${lows?.length ?? "no"} min and ${highs?.length ?? "no"} max (expected numbers or as many of each, as in { min: -1, max: 1 })`,
    );
  }
  Array.from(lows).forEach((low, i) => {
    const high = highs[i]!;
    // The conditions are written so that NaN is refused as well.
    if (low <= 0 && high >= 0 && high - low <= widest) return;
    const where = lows.length > 1 ? ` of channel ${i}` : "";
    throw new RangeError(
      `invalid range${where}: ${low} to ${high} (expected finite numbers, min ≤ 0 ≤ max, at most ${widest.toPrecision(2)} apart, as q.coveringRange gives them)`,
    );
  });
}

/** @internal A number or a list as a list; `undefined` for anything else. */
export function list(value: unknown): ArrayLike<number> | undefined {
  if (typeof value === "number") return [value];
  const { length } = (value ?? {}) as ArrayLike<number>;
  return typeof value === "object" && typeof length === "number"
    ? (value as ArrayLike<number>)
    : undefined;
}

/** @internal The range of a symmetric format's codes at a scale. */
export function symmetricRange(scale: number, { smallest, largest }: IntegerFormat) {
  return { min: smallest * scale || 0, max: largest * scale || 0 };
}
