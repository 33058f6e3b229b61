import { Dataset } from "../../datasets/index.js";
import { checkClasses, kindOf } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";

/**
 * The tensors of a model's inputs or outputs: a single tensor, a list in the model's order, or a record by
 * name.
 */
export type ModelTensors = tf.Tensor | tf.Tensor[] | { [name: string]: tf.Tensor };

/**
 * Examples in tensors, as `model.fit` takes them: the first axis counts the examples. A tensor of
 * rank 1, shape `[size]`, stands for one of shape `[size, 1]`.
 */
export interface TensorData {
  /** A tensor for each input of the model, shape `[size, …]`. */
  xs: ModelTensors;
  /** A tensor for each output of the model, shape `[size, …]`. */
  ys: ModelTensors;
}

/** The examples that a model is trained or evaluated on: a data set with integer labels, or tensors. */
export type TrainingData = Dataset | TensorData;

/** @internal A tensor of rank 2 or higher for each input and output, in the model's order. */
export interface TensorBatch {
  inputs: tf.Tensor[];
  targets: tf.Tensor[];
}

/** @internal All examples. The caller disposes `temporary`, the tensors that aren't the user's. */
export interface Examples extends TensorBatch {
  size: number;
  temporary: tf.Tensor[];
}

/** @internal The form of targets that a loss expects. */
export interface TargetForm {
  /** For each output the shape of a target, without the examples' axis; `undefined` if any shape fits. */
  shapes: ((number | null)[] | undefined)[];
  /** Whether the targets of a data set are classes, with a logit for each. */
  classes: boolean;
  /** For each output, whether its targets are numbers of classes; the output then has a value for each class. */
  labels?: boolean[];
}

/**
 * @internal
 * Finds the tensor of each input and output, and gives all of them a rank of at least 2.
 *
 * @param argument the option or argument that `data` was given as
 * @throws TypeError if `data` isn't tensors, RangeError if the model doesn't take their shapes
 */
export function takeExamples(
  model: tf.LayersModel,
  data: TrainingData,
  { argument, form }: { argument: string; form: TargetForm },
): Examples {
  checkData(data, argument);
  if (data instanceof Dataset) data.checkAlive();
  const inputs = listed(data.xs, model.inputNames, { argument, side: "xs", model });
  const targets = listed(data.ys, model.outputNames, { argument, side: "ys", model });
  inputs.forEach((input, i) => {
    checkInput(model, input, { argument, index: i });
  });
  targets.forEach((target, i) => {
    checkTarget(model, target, { argument, index: i, expected: form.shapes[i] });
  });
  if (form.classes && data instanceof Dataset) {
    checkClasses(model, data, argument, 'a loss, as in { loss: "meanSquaredError" }');
    if (data.classes === 1) {
      throw new RangeError(
        `invalid ${argument}: all examples are of class 0 (expected examples of at least two classes)`,
      );
    }
  }
  targets.forEach((target, i) => {
    if (form.labels?.[i]) checkLabels(model, target, { argument, index: i });
  });
  const size = inputs[0]!.shape[0];
  const other = [...inputs, ...targets].find(({ shape }) => shape[0] !== size);
  if (other || size === 0) {
    throw new RangeError(
      `invalid ${argument}: ${size} and ${other?.shape[0] ?? size} examples in its tensors (expected the same number in all, at least one)`,
    );
  }
  const temporary: tf.Tensor[] = [];
  const matrix = (tensor: tf.Tensor) => {
    if (tensor.rank > 1) return tensor;
    temporary.push(tensor.expandDims(1));
    return temporary.at(-1)!;
  };
  return { inputs: inputs.map(matrix), targets: targets.map(matrix), size, temporary };
}

/** @internal @throws TypeError if `data` is neither a data set nor tensors */
export function checkData(data: unknown, argument: string): asserts data is TrainingData {
  if (data instanceof Dataset) return;
  const parts = Object(data) as Partial<TensorData>;
  if (parts.xs !== undefined && parts.ys !== undefined) return;
  throw new TypeError(
    `invalid ${argument}: ${kindOf(data)} (expected a data set, as in const { train } = await q.datasets.digits(), or tensors, as in { xs, ys })`,
  );
}

interface Place {
  argument: string;
  side: "xs" | "ys";
  model: tf.LayersModel;
}

/**
 * @internal
 * Tensors in the order of the model's names.
 *
 * @throws TypeError if a tensor is missing or has no numbers; RangeError if there are others
 */
export function listed(tensors: ModelTensors, names: string[], { argument, side, model }: Place) {
  const expected = `(model "${model.name}" has ${names.length} ${side === "xs" ? "inputs" : "outputs"}: ${names.join(", ")})`;
  let list: unknown[];
  if (tensors instanceof tf.Tensor) list = [tensors];
  else if (Array.isArray(tensors)) list = tensors;
  else {
    const named = Object(tensors) as Record<string, unknown>;
    const unknown = Object.keys(named).find((name) => !names.includes(name));
    const missing = names.find((name) => !Object.hasOwn(named, name));
    if (unknown !== undefined || missing !== undefined) {
      const problem = missing === undefined ? `unknown name ${unknown}` : `no tensor ${missing}`;
      throw new RangeError(`invalid ${argument}: ${problem} in ${side} ${expected}`);
    }
    list = names.map((name) => named[name]);
  }
  if (list.length !== names.length) {
    throw new RangeError(`invalid ${argument}: ${list.length} tensors in ${side} ${expected}`);
  }
  list.forEach((tensor, i) => {
    const name = names.length > 1 ? `${side}, ${names[i]}` : side;
    if (!(tensor instanceof tf.Tensor)) {
      throw new TypeError(`invalid ${argument}: ${kindOf(tensor)} as ${name} (expected a tensor)`);
    }
    if (tensor.isDisposed)
      throw new Error(`invalid ${argument}: ${name} is disposed (make it again)`);
    if (!["float32", "int32", "bool"].includes(tensor.dtype)) {
      throw new TypeError(
        `invalid ${argument}: a tensor of type ${tensor.dtype} as ${name} (expected numbers)`,
      );
    }
    if (tensor.rank === 0) {
      throw new RangeError(
        `invalid ${argument}: a scalar as ${name} (expected shape [examples, …])`,
      );
    }
  });
  return list as tf.Tensor[];
}

function checkInput(
  model: tf.LayersModel,
  { shape }: tf.Tensor,
  { argument, index }: { argument: string; index: number },
): void {
  const expected = model.inputs[index]!.shape.slice(1);
  if (fits(shape, expected)) return;
  const name = model.inputs.length > 1 ? ` for input ${model.inputNames[index]}` : "";
  throw new RangeError(
    `invalid ${argument}: examples of shape [${shape.slice(1).join(", ")}]${name} (model "${model.name}" takes [${expected.join(", ")}])`,
  );
}

function checkTarget(
  model: tf.LayersModel,
  { shape }: tf.Tensor,
  {
    argument,
    index,
    expected,
  }: { argument: string; index: number; expected: TargetForm["shapes"][number] },
): void {
  if (!expected || fits(shape, expected)) return;
  const output = model.outputs[index]!.shape.slice(1).join(", ");
  const labels =
    expected.length > 0 && expected.at(-1) !== 1 && fits(shape, [...expected.slice(0, -1), 1]);
  const remedy = labels ? '; class numbers go with the loss "sparseCategoricalCrossentropy"' : "";
  throw new RangeError(
    `invalid ${argument}: targets of shape [${shape.slice(1).join(", ")}] for output ${model.outputNames[index]} of shape [${output}] (expected [${expected.join(", ")}]${remedy})`,
  );
}

/** Refuses numbers that are no classes: tfjs would give their examples no loss. */
function checkLabels(
  model: tf.LayersModel,
  target: tf.Tensor,
  { argument, index }: { argument: string; index: number },
): void {
  const classes = model.outputs[index]!.shape.at(-1)!;
  const wrong = target
    .dataSync()
    .find((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong === undefined) return;
  throw new RangeError(
    `invalid ${argument}: ${wrong} as a class for output ${model.outputNames[index]} (expected whole numbers from 0 to ${classes - 1}: the output has ${classes} values)`,
  );
}

/**
 * @internal
 * Whether `[size, …]` is a batch of examples of the expected shape; `[size]` is a batch of examples of shape
 * `[1]`.
 */
export function fits(shape: number[], expected: (number | null)[]): boolean {
  const example = shape.length === 1 ? [1] : shape.slice(1);
  return (
    example.length === expected.length &&
    expected.every((size, i) => size === null || size === example[i])
  );
}
