import { Dataset } from "../datasets/index.js";
import { checkClasses, kindOf } from "../models/check.js";
import { tf } from "../tensorflow/index.js";

/** Tensors of a model's inputs or outputs: one, several in order, or by name. */
export type ModelTensors = tf.Tensor | tf.Tensor[] | { [name: string]: tf.Tensor };

/**
 * Examples in tensors, as `model.fit` takes them: the first axis counts the examples. A tensor of
 * rank 1, shape `[size]`, stands for one of shape `[size, 1]`.
 */
export interface TensorData {
  /** One for each input of the model, shape `[size, …]`. */
  xs: ModelTensors;
  /** One for each output of the model, shape `[size, …]`. */
  ys: ModelTensors;
}

/** What a model is trained or evaluated on: a data set with integer labels, or tensors. */
export type TrainingData = Dataset | TensorData;

/** @internal A tensor of rank 2 or higher for each input and output, in the model's order. */
export interface Batch {
  inputs: tf.Tensor[];
  targets: tf.Tensor[];
}

/** @internal All examples. Whoever asked for them disposes `made`, the tensors that aren't the caller's. */
export interface Examples extends Batch {
  size: number;
  made: tf.Tensor[];
}

/** @internal What a loss expects of the targets. */
export interface TargetForm {
  /** For each output the shape of a target, but for the examples' axis; `undefined`: any. */
  shapes: ((number | null)[] | undefined)[];
  /** Whether the targets of a data set are classes, with a logit for each. */
  classes: boolean;
}

/**
 * @internal
 * Finds the tensor of each input and output, and gives all of them a rank of at least 2.
 *
 * @param what the option or argument that `data` was given as
 * @throws TypeError for what isn't tensors, RangeError for shapes that the model doesn't take
 */
export function takeExamples(
  model: tf.LayersModel,
  data: TrainingData,
  { what, form }: { what: string; form: TargetForm },
): Examples {
  checkData(data, what);
  if (data instanceof Dataset) data.checkAlive();
  const inputs = listed(data.xs, model.inputNames, { what, part: "xs", model });
  const targets = listed(data.ys, model.outputNames, { what, part: "ys", model });
  inputs.forEach((input, i) => {
    checkInput(model, input, { what, index: i });
  });
  targets.forEach((target, i) => {
    checkTarget(model, target, { what, index: i, expected: form.shapes[i] });
  });
  if (form.classes && data instanceof Dataset) checkClasses(model, data, what);
  const size = inputs[0]!.shape[0]!;
  const other = [...inputs, ...targets].find(({ shape }) => shape[0] !== size);
  if (other || size === 0) {
    throw new RangeError(
      `invalid ${what}: ${size} and ${other?.shape[0] ?? size} examples in its tensors (expected the same number in all, at least one)`,
    );
  }
  const made: tf.Tensor[] = [];
  const matrix = (tensor: tf.Tensor) => {
    if (tensor.rank > 1) return tensor;
    made.push(tensor.expandDims(1));
    return made.at(-1)!;
  };
  return { inputs: inputs.map(matrix), targets: targets.map(matrix), size, made };
}

/** @internal @throws TypeError for what is neither a data set nor tensors */
export function checkData(data: unknown, what: string): asserts data is TrainingData {
  if (data instanceof Dataset) return;
  const parts = Object(data) as Partial<TensorData>;
  if (parts.xs !== undefined && parts.ys !== undefined) return;
  throw new TypeError(
    `invalid ${what}: ${kindOf(data)} (expected a data set, as in const { train } = await q.datasets.digits(), or tensors, as in { xs, ys })`,
  );
}

interface Place {
  what: string;
  part: "xs" | "ys";
  model: tf.LayersModel;
}

/** Tensors in the order of the model's names. */
function listed(tensors: ModelTensors, names: string[], { what, part, model }: Place) {
  const wanted = `(model "${model.name}" has ${names.length} ${part === "xs" ? "inputs" : "outputs"}: ${names.join(", ")})`;
  let found: unknown[];
  if (tensors instanceof tf.Tensor) found = [tensors];
  else if (Array.isArray(tensors)) found = tensors;
  else {
    const given = Object(tensors) as Record<string, unknown>;
    const unknown = Object.keys(given).find((name) => !names.includes(name));
    const missing = names.find((name) => !Object.hasOwn(given, name));
    if (unknown !== undefined || missing !== undefined) {
      const problem = missing === undefined ? `unknown name ${unknown}` : `no tensor ${missing}`;
      throw new RangeError(`invalid ${what}: ${problem} in ${part} ${wanted}`);
    }
    found = names.map((name) => given[name]);
  }
  if (found.length !== names.length) {
    throw new RangeError(`invalid ${what}: ${found.length} tensors in ${part} ${wanted}`);
  }
  found.forEach((tensor, i) => {
    const name = names.length > 1 ? `${part}, ${names[i]}` : part;
    if (!(tensor instanceof tf.Tensor)) {
      throw new TypeError(`invalid ${what}: ${kindOf(tensor)} as ${name} (expected a tensor)`);
    }
    if (tensor.isDisposed) throw new Error(`invalid ${what}: ${name} is disposed (make it again)`);
    if (tensor.rank === 0) {
      throw new RangeError(`invalid ${what}: a scalar as ${name} (expected shape [examples, …])`);
    }
  });
  return found as tf.Tensor[];
}

function checkInput(
  model: tf.LayersModel,
  { shape }: tf.Tensor,
  { what, index }: { what: string; index: number },
): void {
  const expected = model.inputs[index]!.shape.slice(1);
  if (fits(shape, expected)) return;
  const name = model.inputs.length > 1 ? ` for input ${model.inputNames[index]}` : "";
  throw new RangeError(
    `invalid ${what}: examples of shape [${shape.slice(1).join(", ")}]${name} (model "${model.name}" takes [${expected.join(", ")}])`,
  );
}

function checkTarget(
  model: tf.LayersModel,
  { shape }: tf.Tensor,
  {
    what,
    index,
    expected,
  }: { what: string; index: number; expected: TargetForm["shapes"][number] },
): void {
  if (!expected || fits(shape, expected)) return;
  const output = model.outputs[index]!.shape.slice(1).join(", ");
  const labels =
    expected.length > 0 && expected.at(-1) !== 1 && fits(shape, [...expected.slice(0, -1), 1]);
  const remedy = labels ? '; class numbers go with the loss "sparseCategoricalCrossentropy"' : "";
  throw new RangeError(
    `invalid ${what}: targets of shape [${shape.slice(1).join(", ")}] for output ${model.outputNames[index]} of shape [${output}] (expected [${expected.join(", ")}]${remedy})`,
  );
}

/** Whether `[size, …]` is a batch of `expected`; `[size]` is one of `[1]`. */
function fits(shape: number[], expected: (number | null)[]): boolean {
  const given = shape.length === 1 ? [1] : shape.slice(1);
  return (
    given.length === expected.length &&
    expected.every((size, i) => size === null || size === given[i])
  );
}
