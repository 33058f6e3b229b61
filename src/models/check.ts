import { Dataset } from "../datasets/index.js";
import { tf } from "../tensorflow/index.js";

/** @internal @throws TypeError for what isn't a Layers model, Error for one whose weights were freed. */
export function checkModel(model: tf.LayersModel): void {
  if (!(model instanceof tf.LayersModel)) {
    throw new TypeError(
      `invalid model: ${kindOf(model)} (expected a tfjs Layers model, as q.models.depthwiseCnn makes it)`,
    );
  }
  try {
    model.getWeights();
  } catch (cause) {
    throw new Error(`model "${model.name}" is disposed (make or load it again)`, { cause });
  }
}

/**
 * @internal
 * @param what the option or argument that `data` was given as
 * @throws TypeError for what isn't a data set, RangeError for examples that the model doesn't take
 */
export function checkExamples(model: tf.LayersModel, data: Dataset, what: string): void {
  if (!(data instanceof Dataset)) {
    throw new TypeError(
      `invalid ${what}: ${kindOf(data)} (expected a data set, as in const { train } = await q.datasets.digits())`,
    );
  }
  data.checkAlive();
  const expected = model.inputs[0]!.shape.slice(1);
  const given = data.xs.shape.slice(1);
  const fits = (size: number | null, i: number) => size === null || size === given[i];
  if (model.inputs.length === 1 && given.length === expected.length && expected.every(fits)) return;
  const inputs = model.inputs.map(({ shape }) => `[${shape.slice(1).join(", ")}]`).join(" and ");
  throw new RangeError(
    `invalid ${what}: examples of shape [${given.join(", ")}] (model "${model.name}" takes ${inputs})`,
  );
}

/**
 * @internal
 * @throws RangeError for a model that hasn't one logit for each class of the data, TypeError for data
 *   without classes
 */
export function checkClasses(model: tf.LayersModel, data: Dataset, what: string): void {
  if (data.classes === 0) {
    throw new TypeError(
      `invalid ${what}: numbers to predict, not classes (expected a loss, as in { loss: "meanSquaredError" })`,
    );
  }
  const shape = model.outputs[0]!.shape;
  if (model.outputs.length === 1 && shape.length === 2 && shape[1] === data.classes) return;
  const outputs = model.outputs.map((output) => `[${output.shape.slice(1).join(", ")}]`);
  throw new RangeError(
    `invalid ${what}: ${data.classes} classes for model "${model.name}" with output ${outputs.join(" and ")} (expected one logit for each class)`,
  );
}

/** @internal What a value that doesn't fit is called in an error. */
export function kindOf(value: unknown): string {
  if (value instanceof Promise) return "a promise, which is still to be awaited";
  if (typeof value !== "object" || value === null) return String(value);
  return value.constructor?.name ?? "an object";
}
