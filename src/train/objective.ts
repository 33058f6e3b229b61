import { Dataset } from "../datasets/index.js";
import { tf } from "../tensorflow/index.js";
import { checkData, type TargetForm, type TrainingData } from "./data.js";
import { type Loss, type LossFunction, labelCrossEntropy, lossOf } from "./loss.js";
import { acc, type Metrics, withAccuracy } from "./metrics.js";

/** @internal The loss and the metrics of a model. */
export interface Objective {
  /** tfjs's names: `loss`, then the metrics, the losses of several outputs among them. */
  names: string[];
  /** The loss, a mean over the batch, and the sum over the batch of each metric; scalars. */
  measure(targets: tf.Tensor[], outputs: tf.Tensor[]): { loss: tf.Tensor; sums: tf.Tensor[] };
  /** What the targets have to look like. */
  form: TargetForm;
}

/**
 * @internal
 * What is measured where the user named it so. For a data set: softmax cross-entropy of logits and
 * the share of right answers, unless a loss is given. For tensors: what the model was compiled with.
 *
 * @throws TypeError or RangeError for a loss or a metric that tfjs doesn't know, or for none
 */
export function makeObjective(
  model: tf.LayersModel,
  data: TrainingData,
  { loss, metrics }: { loss?: Loss; metrics?: Metrics },
): Objective {
  checkData(data, "data");
  // A sequential model has no names, and none of tfjs's `stopTraining`, before it is built.
  if (!model.built) (model as tf.Sequential).build();
  if (data instanceof Dataset) {
    // Zero classes: the targets are numbers.
    const measured = metrics ?? (data.classes > 0 ? ["accuracy"] : []);
    if (loss !== undefined) return resolve(model, loss, measured);
    const entropy = labelCrossEntropy(data.classes);
    const objective = resolve(model, entropy, withAccuracy(measured, acc));
    return { ...objective, form: { shapes: model.outputs.map(() => [1]), classes: true } };
  }
  if (loss !== undefined) return resolve(model, loss, metrics ?? []);
  if (isCompiled(model)) return resolve(model, model.loss as Loss, metrics ?? model.metrics ?? []);
  throw new TypeError(
    'invalid loss: undefined (expected what model.compile takes, as in q.fit(model, { xs, ys }, { epochs: 10, loss: "meanSquaredError" }))',
  );
}

/** @internal Whether `model.compile` was called, with a loss. */
export function isCompiled(model: tf.LayersModel): boolean {
  const { loss } = model;
  return loss !== undefined && loss !== null && !(Array.isArray(loss) && loss.length === 0);
}

function resolve(model: tf.LayersModel, loss: Loss, metrics: Metrics): Objective {
  const { lossFunctions, metricFunctions, names } = compiled(model, loss, metrics);
  const several = model.outputs.length > 1;
  const own = model.outputNames.map((name, i) => lossOf(loss, i, name));
  const sparse = own.map((one) => one === "sparseCategoricalCrossentropy");

  function measure(given: tf.Tensor[], outputs: tf.Tensor[]) {
    // tfjs takes class numbers as floats only.
    const targets = given.map((target, i) =>
      sparse[i] && target.dtype !== "float32" ? target.toFloat() : target,
    );
    const losses = lossFunctions.map((f, i) => checked(f(targets[i]!, outputs[i]!), "loss"));
    const sums = metricFunctions.map(([f, output], i) => {
      // tfjs lists the losses of several outputs first.
      const value =
        several && i < outputs.length ? losses[i]! : f(targets[output]!, outputs[output]!);
      return sumOf(checked(value, names[i + 1]!), outputs[output]!.shape[0]!);
    });
    return { loss: total(losses), sums };
  }
  const shapes = model.outputs.map(({ shape }, i) => {
    if (sparse[i]) return [...shape.slice(1, -1), 1];
    return typeof own[i] === "string" ? shape.slice(1) : undefined;
  });
  return { names, measure, form: { shapes, classes: false } };
}

/** Asks tfjs what its names stand for, through a model that shares the layers of this one. */
function compiled(model: tf.LayersModel, loss: Loss, metrics: Metrics) {
  checkLoss(model, loss);
  const probe = tf.model({ inputs: model.inputs, outputs: model.outputs, name: model.name });
  const optimizer = tf.train.sgd(1);
  try {
    probe.compile({ optimizer, loss: loss as never, metrics: metrics as never });
  } catch (cause) {
    throw unknownName(cause);
  } finally {
    optimizer.dispose();
  }
  const { getDedupedMetricsNames } = probe as unknown as { getDedupedMetricsNames(): string[] };
  return {
    lossFunctions: probe.lossFunctions as LossFunction[],
    metricFunctions: probe.metricsTensors as [LossFunction, number][],
    names: getDedupedMetricsNames.call(probe).map((name, i) => name || `metric${i}`),
  };
}

function checkLoss(model: tf.LayersModel, loss: Loss): void {
  const names = model.outputNames;
  const known = (one: unknown) => typeof one === "string" || typeof one === "function";
  if (known(loss)) return;
  const count = Array.isArray(loss) ? loss.length : Object.keys(Object(loss)).length;
  if (count === names.length && names.every((name, i) => known(lossOf(loss, i, name)))) return;
  throw new TypeError(
    `invalid loss: ${typeof loss === "object" ? JSON.stringify(loss) : loss} (expected a name or a function, or one for each output: ${names.join(", ")})`,
  );
}

function unknownName(cause: unknown): Error {
  const [, kind, name] = /Unknown (loss|metric) ([^.\s]*)/.exec(String(cause)) ?? [];
  if (kind === "loss") {
    return new TypeError(
      `invalid loss: ${name} (expected one of tfjs's names, as in "meanSquaredError" or "categoricalCrossentropy", or a function of targets and output, as in q.tf.losses.softmaxCrossEntropy)`,
      { cause },
    );
  }
  if (kind === "metric") {
    return new TypeError(
      `invalid metrics: ${name} (expected "accuracy", one of tfjs's names, as in "mse", or a function of targets and output, as in q.tf.metrics.recall)`,
      { cause },
    );
  }
  return new TypeError("invalid loss or metrics: model.compile doesn't take them", { cause });
}

function checked(value: unknown, name: string): tf.Tensor {
  if (value instanceof tf.Tensor) return value;
  throw new TypeError(`invalid ${name}: its function returned ${value} (expected a tensor)`);
}

/** As tfjs: losses of the examples are added over the outputs, then averaged. */
function total(losses: tf.Tensor[]): tf.Tensor {
  const first = losses[0]!;
  const alike = losses.every(({ shape }) => String(shape) === String(first.shape));
  if (alike) return mean(losses.reduce((sum, loss) => tf.add(sum, loss)));
  return losses.map(mean).reduce((sum, loss) => tf.add(sum, loss));
}

function mean(values: tf.Tensor): tf.Tensor {
  return values.rank === 0 ? values : values.mean();
}

/** The mean over a batch times its size; where there is a value for each example, its sum. */
function sumOf(values: tf.Tensor, size: number): tf.Tensor {
  const floats = values.dtype === "float32" ? values : values.toFloat();
  return floats.rank === 1 ? floats.sum() : mean(floats).mul(size);
}
