import type { CalibrationRecord } from "../../calibration/index.js";
import { notes } from "../../calibration/index.js";

/** The most names in a warning. */
const most = 6;

/** The remedy for each note. */
const remedies: readonly [note: string, remedy: string][] = [
  [
    notes.float,
    'all values were 0, so that there is no range and they stay in float; calibrate on examples in which they occur, or let training find the range, as in { movingAverage: true } or { estimator: "lsq" }',
  ],
  [
    notes.opens,
    "all values were 0, so that training has to open the range; calibrate on examples in which they occur, if there are any",
  ],
  [notes.zero, "all weights are 0, and stay 0 in training"],
  [
    notes.stretched,
    'a few rare values stretch the range, so that the others share few codes; try { method: "mse" } or { method: "percentile" }',
  ],
  [
    notes.clipped,
    "the range clips more than a quarter of the values; q.calibration.board compares the ranges of all methods, and more bits clip less",
  ],
];

/**
 * @internal
 * Warns of tensors whose values give no range, or a range that serves few of the values: a line for each kind.
 */
export function warnOfRecords(model: string, records: readonly CalibrationRecord[]): void {
  for (const [note, remedy] of remedies) {
    const names = records
      .filter((record) => record.note === note)
      .map(({ layer, tensor }) => (tensor === "output" ? layer : `${layer} (${tensor})`));
    if (names.length === 0) continue;
    const more = names.length > most ? ` and ${names.length - most} more` : "";
    console.warn(
      `qatlab: calibration of model "${model}", ${names.slice(0, most).join(", ")}${more}: ${remedy}. q.calibration.report(model) has all layers.`,
    );
  }
}
