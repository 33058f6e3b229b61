import type { Callbacks } from "./callbacks.js";
import type { TrainingData } from "./data.js";
import type { Schedule } from "./learningRate.js";
import type { Loss } from "./loss.js";
import type { Metrics } from "./metrics.js";
import type { OptimizerOption } from "./optimizer.js";
import type { StepCallback } from "./stepCallback.js";

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
  /**
   * What becomes small: what `model.compile` takes. Default: for a data set, softmax cross-entropy
   * of the logits; for tensors, what the model was compiled with.
   */
  loss?: Loss;
  /**
   * What is measured besides: what `model.compile` takes. Default: for a data set `"accuracy"`; for
   * tensors, what the model was compiled with, if no loss is given.
   */
  metrics?: Metrics;
  /**
   * First step size. Default 0.01; for `"adadelta"` 1, `"adamax"` 0.002, `"rmsprop"` 0.001. One of
   * tfjs's optimizers has its own, unless it is given here: then until the training ends.
   */
  learningRate?: number;
  /**
   * `"linear"`: the learning rate falls to 0 along a line (default); `"constant"`: it stays (default
   * for one of tfjs's optimizers); `(step, steps) => rate`: as the function says, steps from 0.
   */
  schedule?: Schedule;
  /**
   * `"adam"` (default), `"sgd"`, `"momentum"` (0.9), `"adagrad"`, `"adadelta"`, `"adamax"`,
   * `"rmsprop"`, or an optimizer of tfjs's, which keeps its state. A compiled model whose loss is used
   * brings its optimizer.
   */
  optimizer?: OptimizerOption;
  /** The gradients are scaled down where the norm of all of them together is longer. Default: never. */
  clipNorm?: number;
  /** Evaluated after each epoch. */
  validation?: TrainingData;
  /** Examples of the validation at a time. Default 512. */
  validationBatchSize?: number;
  /**
   * What `model.fit` takes as `callbacks`; `model.stopTraining = true` stops. What a {@link StepCallback}
   * does after each update is a part of the compiled step.
   */
  callbacks?: Callbacks;
  /**
   * A folder, or a URL where tfjs saves models (`file:///…`), in which the training is written after each epoch, and when
   * its signal stops it. The same call goes on from there as if it had not stopped; where it had ended, it
   * trains no more. What callbacks of your own keep outside of variables is theirs to save. Default: none.
   */
  checkpoint?: string;
  /** Gets `{ epoch, loss, … }` with the metrics after each epoch, `validation loss` and so on too. */
  board?: Board;
  /** Whether to show a progress bar. Default true. */
  progress?: boolean;
  /** Whether the examples come in another order in each epoch. Default true. */
  shuffle?: boolean;
  /** Decides the order of the examples in each epoch, and what layers drop. Default 0. */
  seed?: number | string;
  /**
   * Whether a step becomes one native call, as {@link compile} makes it; trainings of fewer than 20
   * steps aren't worth it, and run eagerly all the same. `false`: each op is a call of its own, ten times slower,
   * for layers or losses that can't be a graph. Random numbers (dropout, noise) are the same either way: new
   * ones in each step, which `seed` decides (where tfjs's own seeded dropout repeats its mask). Default true.
   */
  compile?: boolean;
  /**
   * Whether TensorFlow may rewrite the compiled step, which changes the last bits. `false`: it gives the
   * eager step's numbers, bit for bit (but for overlapping max pooling: see {@link compile}). Default true.
   */
  rewrite?: boolean;
  /** Stops the training between two steps. Default: the signal of the notebook's cell. */
  signal?: AbortSignal;
}
