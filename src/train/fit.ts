import { findHost, progress as showProgress } from "../display/index.js";
import type { tf } from "../tensorflow/index.js";
import type { TrainingData } from "./data/data.js";
import { measured, Totals } from "./evaluate.js";
import { type EpochResult, History, point } from "./history.js";
import { trainEpoch } from "./loop/epoch.js";
import { setUp, type Training } from "./loop/setUp.js";
import { Turns } from "./loop/turns.js";
import { resultName, shown, validationName } from "./options/metrics.js";
import type { FitOptions } from "./options/options.js";
import { noProgress } from "./progress.js";
import { markTraining } from "./readiness.js";
import { Recovery } from "./recovery/recovery.js";

/**
 * Trains a model by gradient descent: a classifier on a data set's integer labels, by cross-entropy, or any
 * model on tensors, with the options of `model.compile` and `model.fit`. Layers are in training mode,
 * regularizers' penalties are part of the loss. The event loop gets its turn at least every 50 ms, so that
 * plots are drawn and an interrupt is heard; an interrupt stops the training between two steps, with the
 * weights whole.
 *
 * @param model a tfjs Layers model; it is changed in place. For a data set without a `loss`, the model has one
 *   input and one output: a logit for each class or their softmax, or, for two classes, the sigmoid of one
 *   logit
 * @param data the examples to train on: a data set, or `{ xs, ys }` with a tensor `[size, …]` for each input
 *   and output, alone, in a list or by name
 * @returns one result per epoch
 * @throws TypeError if `model` isn't a model, `data` isn't data, or an option, a loss, a metric or an optimizer
 *   is unknown, or if TensorFlow.js has no gradient of a layer or of an op in the loss, or doesn't compute the layer's options (the error
 *   names the layer); RangeError if shapes or classes differ, or if a number is out of bounds; DivergenceError, which
 *   says where it began, if the loss or weights become NaN or infinite; Error if the model is being trained already; the signal's reason if the training is
 *   stopped; the error of a callback that throws
 * @example
 * const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
 * const history = await q.fit(model, train, { epochs: 40, validation: test });
 * history.at(-1)!.validationAccuracy! > 0.95; // true (0.96)
 * @example
 * const line = q.tf.sequential({ layers: [q.tf.layers.dense({ units: 1, inputShape: [1] })] });
 * const xs = q.tf.linspace(-1, 1, 50);
 * const options = { epochs: 100, batchSize: 10, learningRate: 0.1, loss: "meanSquaredError" };
 * await q.fit(line, { xs, ys: xs.mul(3).add(2) }, options);
 * line.getWeights()[0]!; // [ 3.00 ]
 * @example
 * const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
 * const options = { epochs: 2, checkpoint: "runs/digits", progress: false };
 * await q.fit(model, train, options);
 * const again = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 1 });
 * await q.fit(again, train, options);
 * q.accuracy(again, test) === q.accuracy(model, test); // true (it goes on from the checkpoint: there, it ended)
 */
export async function fit(
  model: tf.LayersModel,
  data: TrainingData,
  options: FitOptions = {} as FitOptions,
): Promise<History> {
  const training = setUp(model, data, options);
  const { epochs, board, progress = true, signal = findHost().signal } = options;
  const ended = markTraining(model, signal);
  let recovery: Recovery | undefined;
  try {
    recovery = new Recovery(training, options);
    const { list } = training.callbacks;
    const turns = new Turns(signal);
    const bar = progress ? showProgress({ total: epochs, label: "Training" }) : undefined;
    const history = new History();
    const report = (result: EpochResult) => {
      history.push(result);
      board?.push(point(result));
      bar?.tick(1, note(result));
    };
    await list.onTrainBegin();
    model.stopTraining = false;
    await recovery.resume();
    recovery.progress.history.forEach(report);
    while (!recovery.progress.finished)
      await runEpoch(training, { recovery, turns, epochs, report });
    await list.onTrainEnd();
    bar?.done();
    return history;
  } catch (error) {
    if (signal?.aborted) await recovery?.stop();
    throw error;
  } finally {
    ended();
    recovery?.dispose();
    training.dispose();
  }
}

/** Runs the rest of an epoch, and prepares the next one, unless it was the last. */
async function runEpoch(
  training: Training,
  {
    recovery,
    turns,
    epochs,
    report,
  }: { recovery: Recovery; turns: Turns; epochs: number; report(result: EpochResult): void },
): Promise<void> {
  const { model, callbacks } = training;
  const { epoch, begun, history } = recovery.progress;
  if (!begun) await callbacks.list.onEpochBegin(epoch - 1);
  recovery.progress.begun = true;
  await recovery.keep();
  const { means, whole } = await trainEpoch(training, { recovery, turns });
  // As in tfjs, an epoch that a callback stopped halfway isn't validated.
  const validated = whole ? await validate(training, turns) : {};
  const result = toResult(epoch, means, validated);
  report(result);
  const logs = { ...renamed(validated, (name) => `val_${name}`), ...means };
  await callbacks.list.onEpochEnd(epoch - 1, logs);
  recovery.progress = {
    ...noProgress(),
    epoch: epoch + 1,
    history: [...history, result],
    finished: epoch === epochs || Boolean(model.stopTraining),
  };
  await recovery.keep();
  await recovery.save();
}

type Values = Record<string, number>;

async function validate(training: Training, turns: Turns): Promise<Values> {
  const { validation, validationBatchSize, evaluation, names } = training;
  if (!validation) return {};
  const totals = new Totals();
  for (const sums of measured(evaluation, validation, validationBatchSize)) {
    totals.add(sums);
    await turns.next();
  }
  return totals.means(names, validation.size);
}

function toResult(epoch: number, means: Values, validated: Values): EpochResult {
  const results = renamed(means, resultName) as { loss: number };
  return { epoch, ...results, ...renamed(renamed(validated, resultName), validationName) };
}

/** The results that the training itself measured, as a text. */
function note(result: EpochResult): string {
  const { epoch: _, ...values } = point(result);
  const entries = Object.entries(values).filter(([name]) => !name.startsWith("validation "));
  return entries.map(([name, value]) => `${name} ${shown(value, 3)}`).join(", ");
}

function renamed(values: Values, rename: (name: string) => string): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
}
