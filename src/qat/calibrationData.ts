import { Dataset } from "../datasets/index.js";
import { checkExamples, kindOf } from "../models/check.js";
import { tf } from "../tensorflow/index.js";
import type { ModelTensors } from "../train/data.js";

/** Examples without targets: a tensor for each input of the model, alone, in a list or by name. */
export interface CalibrationTensors {
  xs: ModelTensors;
}

/** What ranges are found on. */
export type CalibrationData = Dataset | CalibrationTensors;

/**
 * @internal
 * The examples, a tensor for each input of the model.
 *
 * @throws TypeError for what isn't examples, RangeError for those that the model doesn't take
 */
export function calibrationInputs(model: tf.LayersModel, data: CalibrationData): tf.Tensor[] {
  const { xs } = Object(data) as Partial<CalibrationTensors>;
  const isTensors = typeof xs === "object" && xs !== null;
  if (data instanceof Dataset || (model.inputs.length === 1 && !isTensors)) {
    checkExamples(model, data as Dataset, "calibration");
    return [(data as Dataset).xs];
  }
  const named = model.inputNames.map((name) => Object(xs)[name] as unknown);
  const found: unknown[] = xs instanceof tf.Tensor ? [xs] : Array.isArray(xs) ? xs : named;
  const fits = (tensor: unknown, i: number) => {
    const expected = model.inputs[i]?.shape ?? [];
    return (
      tensor instanceof tf.Tensor &&
      tensor.rank === expected.length &&
      expected.every((size, axis) => axis === 0 || size === null || size === tensor.shape[axis])
    );
  };
  const [first] = found as tf.Tensor[];
  const size = first?.shape?.[0];
  const alike = found.every((tensor) => (tensor as tf.Tensor | undefined)?.shape?.[0] === size);
  if (found.length === model.inputs.length && found.every(fits) && alike && size! > 0) {
    return found as tf.Tensor[];
  }
  const shapes = model.inputs.map(({ shape }) => `[examples, ${shape.slice(1).join(", ")}]`);
  throw new RangeError(
    `invalid calibration: ${kindOf(xs ?? data)} for model "${model.name}", which has ${model.inputs.length} input${model.inputs.length === 1 ? "" : "s"} (expected { xs: [${model.inputNames.join(", ")}] } with tensors of shapes ${shapes.join(" and ")})`,
  );
}
