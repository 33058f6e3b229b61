import type { DataFrame } from "danfojs-node";
import { dataFrame } from "../../report/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { CalibrationRecord } from "./record.js";

/** A layer that keeps the records of a calibration. */
interface Recording {
  calibrationRecords?: readonly CalibrationRecord[];
}

/**
 * The values that calibration saw in each tensor that a model quantizes, as a table: the ends of the values and
 * of the range, the shares of zeros and of clipped values, dead channels, and a note where something stands
 * out. The model's file keeps no records.
 *
 * @param model a model from {@link prepare} or {@link quantize}
 * @returns a DataFrame with a row for each tensor
 * @throws TypeError if the model wasn't calibrated in this session
 * @example
 * const table = q.calibration.report(qat);
 * table.columns.slice(0, 4); // [ "layer", "tensor", "smallest", "largest" ]
 */
export function report(model: tf.LayersModel): DataFrame {
  return dataFrame(
    records(model).map(({ zeros, clipped, dead, channels, note, ...ends }) => ({
      ...ends,
      "zeros (%)": rounded(zeros),
      "clipped (%)": rounded(clipped),
      "dead channels": `${dead} of ${channels}`,
      note,
    })),
  );
}

/**
 * The records of calibration for each tensor that a model quantizes, as plain objects; {@link report} makes a
 * table of them.
 *
 * @param model a model from {@link prepare} or {@link quantize}
 * @throws TypeError if the model wasn't calibrated in this session
 * @example
 * q.calibration.records(qat).filter(({ note }) => note !== "").length; // 0
 */
export function records(model: tf.LayersModel): CalibrationRecord[] {
  const layers = (model?.layers ?? []) as Recording[];
  const all = layers.flatMap(({ calibrationRecords }) => calibrationRecords ?? []);
  if (all.length > 0) return all;
  throw new TypeError(
    `invalid model: ${model?.name ? `"${model.name}"` : String(model)} has no records of a calibration (expected one from await q.prepare(model, scheme, { calibration }))`,
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
