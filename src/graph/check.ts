import { Dataset } from "../datasets/index.js";
import { tf } from "../tensorflow/index.js";

/** @internal @throws TypeError if `model` isn't a Layers model, Error if its weights were freed */
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
 * @param argument the option or argument that `data` was given as
 * @throws TypeError if `data` isn't a data set, RangeError if the model doesn't take examples of their shape
 */
export function checkExamples(model: tf.LayersModel, data: Dataset, argument: string): void {
  if (!(data instanceof Dataset)) {
    throw new TypeError(
      `invalid ${argument}: ${kindOf(data)} (expected a data set, as in const { train } = await q.datasets.digits(), or tensors, as in { xs })`,
    );
  }
  data.checkAlive();
  const expected = model.inputs[0]!.shape.slice(1);
  const shape = data.xs.shape.slice(1);
  const fits = (size: number | null, i: number) => size === null || size === shape[i];
  if (model.inputs.length === 1 && shape.length === expected.length && expected.every(fits)) return;
  const inputs = model.inputs.map(({ shape }) => `[${shape.slice(1).join(", ")}]`).join(" and ");
  throw new RangeError(
    `invalid ${argument}: examples of shape [${shape.join(", ")}] (model "${model.name}" takes ${inputs})`,
  );
}

/**
 * @internal
 * @param remedy words that say which data are expected instead, if the data have no classes
 * @throws RangeError if the model doesn't have one logit for each class of the data, TypeError if the data have no
 *   classes
 */
export function checkClasses(
  model: tf.LayersModel,
  data: Dataset,
  argument: string,
  remedy = "examples with classes",
): void {
  if (data.classes === 0) {
    throw new TypeError(
      `invalid ${argument}: numbers to predict, not classes (expected ${remedy})`,
    );
  }
  const shape = model.outputs[0]!.shape;
  if (model.outputs.length === 1 && shape.length === 2 && shape[1] === data.classes) return;
  const outputs = model.outputs.map((output) => `[${output.shape.slice(1).join(", ")}]`);
  throw new RangeError(
    `invalid ${argument}: ${data.classes} classes for model "${model.name}" with output ${outputs.join(" and ")} (expected one logit for each class)`,
  );
}

/** @internal The name that an error gives to a value of the wrong kind. */
export function kindOf(value: unknown): string {
  if (value instanceof Promise) return "a promise, which is still to be awaited";
  if (typeof value !== "object" || value === null) return String(value);
  return value.constructor?.name || "an object";
}
