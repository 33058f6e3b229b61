import type { CalibrationRecord } from "../../calibration/index.js";
import { notes } from "../../calibration/index.js";
import type { TensorQuantizer } from "../tensorQuantizer.js";

/**
 * @internal
 * Sets a range that calibration found. If all values were 0, there is no range: an estimator that learns ranges
 * then starts from −1 to 1 (0 to 1 in an unsigned format), a moving average follows the values in training, and
 * without either the values pass in float.
 *
 * @returns the note of the record
 */
export function openRange(
  quantizer: TensorQuantizer,
  range: { min: number; max: number },
  { note }: Pick<CalibrationRecord, "note">,
): string {
  if (note !== notes.zero) {
    quantizer.write(range);
    return note;
  }
  if (quantizer.estimator.learned) {
    quantizer.write({ min: quantizer.format.kind === "int" ? -1 : 0, max: 1 });
    return notes.opens;
  }
  quantizer.write(range);
  if (quantizer.momentum !== undefined) return notes.opens;
  quantizer.withoutRange = true;
  return notes.float;
}
