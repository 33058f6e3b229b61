import type { CalibrationRecord } from "../../calibration/index.js";
import { notes } from "../../calibration/index.js";
import { affine, type IntegerFormat } from "../../quantizers/index.js";
import { extent } from "../../statistics/index.js";

/** @internal The record of a weight in a calibration; the weight has its channels last. */
export function weightRecord(
  values: Float32Array,
  channels: number,
  range: { min: Float32Array; max: Float32Array },
  format: IntegerFormat,
): Omit<CalibrationRecord, "layer" | "tensor"> {
  const { min, max } = affine(format, range);
  const alive = new Uint8Array(channels);
  let [zeros, clipped] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const scale = min.length === 1 ? 0 : i % channels;
    if (value === 0) zeros++;
    else alive[i % channels] = 1;
    if (value < min[scale]! || value > max[scale]!) clipped++;
  }
  const ends = extent(values);
  return {
    smallest: ends.min,
    largest: ends.max,
    min: extent(range.min).min,
    max: extent(range.max).max,
    zeros: (100 * zeros) / values.length,
    clipped: (100 * clipped) / values.length,
    channels,
    dead: alive.filter((is) => is === 0).length,
    note: zeros === values.length ? notes.zero : "",
  };
}
