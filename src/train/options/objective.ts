import { Dataset } from "../../datasets/index.js";
import { tf } from "../../tensorflow/index.js";
import { checkData, type TargetForm, type TrainingData } from "../data/data.js";
import { type Ending, endingOf, withoutActivation } from "./ending.js";
import {
  binaryCrossEntropy,
  type Loss,
  type LossFunction,
  labelCrossEntropy,
  lossOf,
  probabilityCrossEntropy,
  takesLogits,
} from "./loss.js";
import { acc, binaryAcc, type Metrics, withAccuracy } from "./metrics.js";
import { warnMismatch } from "./mismatch.js";

/** @internal The loss and the metrics of a model. */
export interface Objective {
  /** tfjs's names: `loss`, then the metrics, the losses of several outputs among them. */
  names: string[];
  /**
   * The loss, a mean over the batch, and the sum over the batch of each metric; scalars.
   *
   * @param measured the values that the metrics take in place of the outputs
   */
  measure(
    targets: tf.Tensor[],
    outputs: tf.Tensor[],
    measured?: tf.Tensor[],
  ): { loss: tf.Tensor; sums: tf.Tensor[] };
  /** The form of the targets. */
  form: TargetForm;
  /** Runs the model's forward pass, so that it gives the outputs that `measure` takes. */
  forward<T>(run: () => T): T;
}

/**
 * @internal
 * The loss and the metrics that the user named. Defaults: for a data set the cross-entropy of the classes, in
 * the form that fits the model's last activation, and the share of right answers; for tensors the loss and
 * metrics that the model was compiled with.
 *
 * @throws TypeError or RangeError if tfjs doesn't know a loss or a metric, or if there is no loss
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
    return classification(model, data.classes, measured);
  }
  if (loss !== undefined) return resolve(model, loss, metrics ?? []);
  if (isCompiled(model)) {
    return resolve(model, model.loss as Loss, metrics ?? (model.metrics as Metrics) ?? []);
  }
  throw new TypeError(
    'invalid loss: undefined (expected what model.compile takes, as in q.fit(model, { xs, ys }, { epochs: 10, loss: "meanSquaredError" }))',
  );
}

/** @internal Whether `model.compile` was called, with a loss. */
export function isCompiled(model: tf.LayersModel): boolean {
  const { loss } = model;
  return loss !== undefined && loss !== null && !(Array.isArray(loss) && loss.length === 0);
}

/** The cross-entropy of logits, of a softmax's probabilities, or, for two classes, of a sigmoid's probability. */
function classification(model: tf.LayersModel, classes: number, metrics: Metrics): Objective {
  const shapes = model.outputs.map(() => [1]);
  const ending = endingOf(model, 0);
  const [output, ...others] = model.outputs;
  const single = others.length === 0 && output!.shape.length === 2 && output!.shape[1] === 1;
  if (ending.activation === "sigmoid" && ending.removable && single && classes === 2) {
    const objective = resolve(model, binaryCrossEntropy, withAccuracy(metrics, binaryAcc));
    return { ...beforeActivation(objective, ending, tf.sigmoid), form: { shapes, classes: false } };
  }
  const probabilities = ending.activation === "softmax" && !ending.removable;
  const entropy = probabilities ? probabilityCrossEntropy(classes) : labelCrossEntropy(classes);
  const objective = resolve(model, entropy, withAccuracy(metrics, acc));
  return { ...objective, form: { shapes, classes: true } };
}

/**
 * The loss takes the values that the last activation is applied to, which is stable; metrics take the model's
 * outputs.
 */
function beforeActivation(
  objective: Objective,
  ending: Ending,
  activation: (x: tf.Tensor) => tf.Tensor,
): Objective {
  return {
    ...objective,
    forward: (run) => withoutActivation(ending, run),
    measure: (targets, outputs) => objective.measure(targets, outputs, outputs.map(activation)),
  };
}

function resolve(model: tf.LayersModel, loss: Loss, metrics: Metrics): Objective {
  const { lossFunctions, metricFunctions, names } = compiled(model, loss, metrics);
  const several = model.outputs.length > 1;
  const lossOfOutput = model.outputNames.map((name, i) => lossOf(loss, i, name));
  const sparse = lossOfOutput.map((name) => name === "sparseCategoricalCrossentropy");

  function measure(labels: tf.Tensor[], outputs: tf.Tensor[], measured = outputs) {
    // tfjs takes class numbers as floats only.
    const targets = labels.map((target, i) =>
      sparse[i] && target.dtype !== "float32" ? target.toFloat() : target,
    );
    const losses = lossFunctions.map((f, i) => checked(f(targets[i]!, outputs[i]!), "loss"));
    const sums = metricFunctions.map(([f, output], i) => {
      // tfjs lists the losses of several outputs first.
      const value =
        several && i < outputs.length ? losses[i]! : f(targets[output]!, measured[output]!);
      return sumOf(checked(value, names[i + 1]!), outputs[output]!.shape[0]);
    });
    return { loss: total(losses), sums };
  }
  const shapes = model.outputs.map(({ shape }, i) => {
    if (sparse[i]) return [...shape.slice(1, -1), 1];
    return typeof lossOfOutput[i] === "string" ? shape.slice(1) : undefined;
  });
  const objective: Objective = {
    names,
    measure,
    form: { shapes, classes: false, labels: sparse },
    forward: (run) => run(),
  };
  if (several) return objective;
  const ending = endingOf(model, 0);
  warnMismatch(model, lossOfOutput[0], ending);
  const removes =
    ending.activation === "softmax" && ending.removable && takesLogits(lossOfOutput[0]);
  return removes ? beforeActivation(objective, ending, (x) => tf.softmax(x)) : objective;
}

/** Asks tfjs for the functions that its names stand for, through a model that shares the layers of this one. */
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
  const isLoss = (value: unknown) => typeof value === "string" || typeof value === "function";
  if (isLoss(loss)) return;
  const count = Array.isArray(loss) ? loss.length : Object.keys(Object(loss)).length;
  if (count === names.length && names.every((name, i) => isLoss(lossOf(loss, i, name)))) return;
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

/** As in tfjs, losses of the examples are added over the outputs, then averaged. */
function total(losses: tf.Tensor[]): tf.Tensor {
  const first = losses[0]!;
  const alike = losses.every(({ shape }) => String(shape) === String(first.shape));
  if (alike) return mean(losses.reduce((sum, loss) => tf.add(sum, loss)));
  return losses.map(mean).reduce((sum, loss) => tf.add(sum, loss));
}

function mean(values: tf.Tensor): tf.Tensor {
  return values.rank === 0 ? values : values.mean();
}

/** The mean over a batch times the batch's size, or the sum of the values if there is one for each example. */
function sumOf(values: tf.Tensor, size: number): tf.Tensor {
  const floats = values.dtype === "float32" ? values : values.toFloat();
  return floats.rank === 1 ? floats.sum() : mean(floats).mul(size);
}
