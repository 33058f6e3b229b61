import type { Dataset } from "../datasets/index.js";
import { findHost, progress as showProgress } from "../display/index.js";
import { checkClasses, checkExamples, checkModel } from "../models/check.js";
import { tf } from "../tensorflow/index.js";
import { type Evaluation, evaluate } from "./evaluate.js";
import { type EpochResult, History } from "./history.js";
import {
  makeOptimizer,
  type OptimizerOption,
  remainingRate,
  type Schedule,
  setLearningRate,
} from "./optimizer.js";
import { trainStep } from "./step.js";
import { yieldToEvents } from "./yieldToEvents.js";

/** Takes a point of each series; `q.plot.board` is one. */
export interface Board {
  push(point: Record<string, number>): void;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** How often every example is seen. */
  epochs: number;
  /** Examples in a step; the last step of an epoch may have fewer. Default 64. */
  batchSize?: number;
  /** First step size of the named optimizers. Default 0.01. */
  learningRate?: number;
  /** `"linear"`: the learning rate falls to 0 along a line (default); `"constant"`: it stays. */
  schedule?: Schedule;
  /** `"adam"` (default), `"sgd"`, `"momentum"` (0.9), or an optimizer of tfjs's, which keeps its rate and state. */
  optimizer?: OptimizerOption;
  /** Evaluated after each epoch. */
  validation?: Dataset;
  /** Gets `{ epoch, loss, accuracy }` after each epoch, `validation loss` and `validation accuracy` too. */
  board?: Board;
  /** Whether to show a progress bar. Default true. */
  progress?: boolean;
  /** Decides the order of the examples in each epoch. Default 0. */
  seed?: number | string;
  /** Stops the training between two steps. Default: the signal of the notebook's cell. */
  signal?: AbortSignal;
}

/** Longest time without a turn of the event loop, in milliseconds, steps permitting. */
const patience = 30;

/**
 * Trains a classifier by gradient descent on softmax cross-entropy. Batch normalization is in
 * training mode. The event loop gets its turn at least every 50 ms, so that plots are drawn and an
 * interrupt is heard; it stops the training between two steps, with the weights whole.
 *
 * @param model a tfjs Layers model with one input and one output, the logits; changed in place
 * @param data what to train on
 * @returns one result per epoch
 * @throws TypeError for what isn't a model or a data set; RangeError where shapes or classes differ,
 *   or numbers of epochs or examples make no sense; the signal's reason when
 *   the training is stopped
 * @example
 * const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
 * const history = await q.fit(model, train, { epochs: 40, validation: test });
 * history.at(-1)!.validationAccuracy; // 0.96
 */
export async function fit(
  model: tf.LayersModel,
  data: Dataset,
  {
    epochs,
    batchSize = 64,
    learningRate = 0.01,
    schedule = "linear",
    optimizer = "adam",
    validation,
    board,
    progress = true,
    seed = 0,
    signal = findHost().signal,
  }: FitOptions = {} as FitOptions,
): Promise<History> {
  checkModel(model);
  for (const [what, set] of Object.entries({ data, validation })) {
    if (what === "validation" && set === undefined) continue;
    checkExamples(model, set!, what);
    checkClasses(model, set!, what);
  }
  checkWhole("epochs", epochs);
  checkWhole("batchSize", batchSize);
  const remaining = remainingRate(schedule);
  const { optimizer: chosen, own } = makeOptimizer(optimizer, learningRate);
  const steps = epochs * Math.ceil(data.size / batchSize);
  const bar = progress ? showProgress({ total: epochs, label: "Training" }) : undefined;
  const history = new History();
  let lastTurn = performance.now();
  let step = 0;

  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      // Loss and hits stay on the device until the epoch ends: reading them would wait for them.
      const sums: tf.Tensor[] = [];
      try {
        for (const { xs, ys } of data.batches(batchSize, { seed: `${seed}/${epoch}` })) {
          if (own) setLearningRate(chosen, learningRate * remaining(step++ / steps));
          sums.push(trainStep(model, chosen, xs, ys, data.classes));
          tf.dispose([xs, ys]);
          if (performance.now() - lastTurn > patience) {
            await yieldToEvents();
            lastTurn = performance.now();
          }
          signal?.throwIfAborted();
        }
        const result = { epoch, ...summarize(sums, data.size), ...validate(model, validation) };
        history.push(result);
        board?.push(point(result));
        bar?.tick(1, `loss ${result.loss.toFixed(3)}`);
      } finally {
        tf.dispose(sums);
      }
    }
    bar?.done();
  } finally {
    if (own) chosen.dispose();
  }
  return history;
}

/** From each step's [loss · examples, hits] to the means over the epoch. */
function summarize(sums: tf.Tensor[], size: number): Evaluation {
  const [loss, hits] = tf.tidy(() => tf.stack(sums).sum(0).dataSync());
  return { loss: loss! / size, accuracy: hits! / size };
}

function validate(model: tf.LayersModel, data: Dataset | undefined): Partial<EpochResult> {
  if (!data) return {};
  const { loss, accuracy } = evaluate(model, data);
  return { validationLoss: loss, validationAccuracy: accuracy };
}

function point({ epoch, loss, accuracy, validationLoss, validationAccuracy }: EpochResult) {
  const names: Record<string, number | undefined> = {
    epoch,
    loss,
    accuracy,
    "validation loss": validationLoss,
    "validation accuracy": validationAccuracy,
  };
  const known = Object.entries(names).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Record<string, number>;
}

function checkWhole(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new RangeError(`invalid ${name}: ${value} (expected a whole number of at least 1)`);
}
