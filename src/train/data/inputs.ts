import { Dataset } from "../../datasets/index.js";
import { checkClasses, checkExamples, inputNames, kindOf } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import { fits, listed, type ModelTensors, type TrainingData } from "./data.js";

/** Examples without targets: a tensor for each input of the model, alone, in a list or by name. */
export interface InputTensors {
  xs: ModelTensors;
}

/** Examples whose targets aren't used: a data set, or tensors. */
export type InputData = Dataset | InputTensors;

/**
 * @internal
 * The examples, a tensor for each input of the model.
 *
 * @param argument the option or argument that `data` was passed as
 * @throws TypeError if `data` isn't examples, RangeError if the model doesn't take them
 */
export function inputsOf(model: tf.LayersModel, data: InputData, argument: string): tf.Tensor[] {
  const { xs } = Object(data) as Partial<InputTensors>;
  const isTensors = typeof xs === "object" && xs !== null;
  if (data instanceof Dataset || (model.inputs.length === 1 && !isTensors)) {
    checkExamples(model, data as Dataset, argument);
    return [(data as Dataset).xs];
  }
  const names = inputNames(model);
  const list = Array.isArray(xs) ? xs : [xs];
  const counts = Array.isArray(xs) || xs instanceof tf.Tensor;
  if (counts && list.length !== names.length) {
    throw unfit(model, `${list.length} tensor${list.length === 1 ? "" : "s"}`, argument);
  }
  const tensors = listed(xs!, names, { argument, side: "xs", model });
  const fit = tensors.every(({ shape }, i) => fits(shape, model.inputs[i]!.shape.slice(1)));
  const size = tensors[0]!.shape[0]!;
  if (fit && size > 0 && tensors.every(({ shape }) => shape[0] === size)) return tensors;
  const problem = tensors.map(({ shape }) => `[${shape.join(", ")}]`).join(" and ");
  throw unfit(model, `tensors of shape ${problem}`, argument);
}

function unfit(model: tf.LayersModel, problem: string, argument: string): RangeError {
  const names = inputNames(model);
  const shapes = model.inputs.map(({ shape }) => `[${["examples", ...shape.slice(1)].join(", ")}]`);
  return new RangeError(
    `invalid ${argument}: ${problem} for model "${model.name}", which has ${names.length} input${names.length === 1 ? "" : "s"} (expected { xs: [${names.join(", ")}] } with tensors of shapes ${shapes.join(" and ")})`,
  );
}

/** Some of the examples; values of shape `[size]` stand for examples of one value. */
function examplesOf(input: tf.Tensor, start: number, count: number): tf.Tensor {
  return tf.tidy(() => {
    const examples = input.slice(start, count);
    return examples.rank === 1 ? examples.expandDims(1) : examples;
  });
}

/** @internal The examples in batches, as `model.predict` takes them; the caller disposes them. */
export function* inputBatches(
  inputs: readonly tf.Tensor[],
  batchSize: number,
): Generator<tf.Tensor | tf.Tensor[]> {
  const size = inputs[0]!.shape[0]!;
  for (let start = 0; start < size; start += batchSize) {
    const count = Math.min(batchSize, size - start);
    const batch = inputs.map((input) => examplesOf(input, start, count));
    yield batch.length === 1 ? batch[0]! : batch;
  }
}

/**
 * @internal
 * The inputs and the class of each example, for a model with one output, `[examples, classes]`.
 *
 * @throws TypeError or RangeError as {@link inputsOf} does; TypeError if there are no classes, RangeError if
 *   the model has another number of classes
 */
export function classified(
  model: tf.LayersModel,
  data: TrainingData,
  argument: string,
): { inputs: tf.Tensor[]; labels: Int32Array } {
  const inputs = inputsOf(model, data, argument);
  if (data instanceof Dataset) {
    checkClasses(model, data, argument);
    if (data.classes === 1) {
      throw new RangeError(
        `invalid ${argument}: all examples are of class 0 (expected examples of at least two classes)`,
      );
    }
    return { inputs, labels: data.ys.dataSync() as Int32Array };
  }
  const [size, shape] = [inputs[0]!.shape[0]!, model.outputs[0]!.shape];
  const classes = shape[1]!;
  const ys = (Array.isArray(data.ys) ? data.ys[0] : data.ys) as tf.Tensor;
  const isTensor = ys instanceof tf.Tensor && ys.shape[0] === size;
  const oneHot = isTensor && ys.rank === 2 && ys.shape[1] === classes;
  if (
    model.outputs.length !== 1 ||
    shape.length !== 2 ||
    classes < 2 ||
    !(oneHot || (isTensor && ys.size === size))
  ) {
    throw new RangeError(
      `invalid ${argument}: targets of shape [${isTensor ? ys.shape : kindOf(ys)}] for model "${model.name}" (expected a class for each example, shape [${size}] or [${size}, classes], and one output with a logit for each class)`,
    );
  }
  const values = ys.dataSync() as Float32Array;
  if (oneHot) {
    checkShares(values, classes, argument);
    return { inputs, labels: tf.tidy(() => tf.argMax(ys, -1).dataSync() as Int32Array) };
  }
  const wrong = values.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong === undefined) return { inputs, labels: Int32Array.from(values) };
  throw new RangeError(
    `invalid ${argument}: class ${wrong} for model "${model.name}" with ${classes} classes (expected classes from 0 to ${classes - 1})`,
  );
}

/** @throws RangeError if targets of several classes at once, or of none, stand where an example has one class */
function checkShares(ys: Float32Array, classes: number, argument: string): void {
  for (let start = 0; start < ys.length; start += classes) {
    const row = Array.from({ length: classes }, (_, c) => Number(ys[start + c]));
    const sum = row.reduce((all, share) => all + share, 0);
    if (Math.abs(sum - 1) < 1e-3 && row.every((share) => share >= 0)) continue;
    throw new RangeError(
      `invalid ${argument}: targets [${row.join(", ")}] of example ${start / classes} (expected one class for each example: a number, or shares of the classes whose sum is 1)`,
    );
  }
}

/** @internal The class that a classifier names for each example. */
export function predictedClasses(
  model: tf.LayersModel,
  inputs: readonly tf.Tensor[],
  batchSize: number,
): Int32Array {
  const classes = new Int32Array(inputs[0]!.shape[0]!);
  let start = 0;
  for (const batch of inputBatches(inputs, batchSize)) {
    const numbers = tf.tidy(() =>
      tf.argMax(model.predict(batch, { batchSize }) as tf.Tensor, -1).dataSync(),
    );
    tf.dispose(batch);
    classes.set(numbers, start);
    start += numbers.length;
  }
  return classes;
}
