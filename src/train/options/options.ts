import type { TrainingData } from "../data/data.js";
import type { Callbacks } from "./callbacks.js";
import type { LearningRateSchedule } from "./learningRate.js";
import type { Loss } from "./loss.js";
import type { Metrics } from "./metrics.js";
import type { OptimizerOption } from "./optimizer.js";
import type { StepCallback } from "./stepCallback.js";

/** A board that takes a point of each series, as `q.plot.board` does. */
export interface FitBoard {
  push(point: Record<string, number>): void;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** How often every example is seen. */
  epochs: number;
  /** How many examples a step has; the last step of an epoch may have fewer. Default 64. */
  batchSize?: number;
  /**
   * The loss, as `model.compile` takes it. Default: for a data set, the mean cross-entropy in nats of its
   * classes, computed from logits: a softmax at the end of the model is left out for the loss, as is the
   * sigmoid of a single output for two classes; for tensors, the loss that the model was compiled with. A loss that is
   * a function is tried on one batch before the training, to see that it has a gradient.
   */
  loss?: Loss;
  /**
   * The metrics, as `model.compile` takes them. Default: for a data set `"accuracy"`; for tensors, the metrics
   * that the model was compiled with, if the options have no loss.
   */
  metrics?: Metrics;
  /**
   * The first learning rate. Default 0.01; for `"adadelta"` 1, `"adamax"` 0.002, `"rmsprop"` 0.001. An
   * optimizer of tfjs's has its own rate; a rate in the options replaces it until the training ends.
   */
  learningRate?: number;
  /**
   * `"linear"`: the learning rate falls to 0 along a line (default); `"constant"`: the rate stays (default for
   * an optimizer of tfjs's); `(step, steps) => rate`: a function gives the rate, with steps from 0.
   */
  schedule?: LearningRateSchedule;
  /**
   * `"adam"` (default), `"sgd"`, `"momentum"` (0.9), `"adagrad"`, `"adadelta"`, `"adamax"`,
   * `"rmsprop"`, or an optimizer of tfjs's, which keeps its state. A compiled model whose loss is used
   * brings its optimizer.
   */
  optimizer?: OptimizerOption;
  /**
   * The largest norm of all gradients together; gradients with a larger norm are scaled down. Default: no
   * limit.
   */
  clipNorm?: number;
  /** The examples that the model is evaluated on after each epoch. Default: none. */
  validation?: TrainingData;
  /** How many examples of the validation are evaluated at a time. Default 512. */
  validationBatchSize?: number;
  /**
   * The callbacks, as `model.fit` takes them; `model.stopTraining = true` stops the training. The ops that a
   * {@link StepCallback} runs after each update are a part of the compiled step.
   */
  callbacks?: Callbacks;
  /**
   * A folder, or a URL where tfjs saves models (`file:///…`), in which the training is written after each
   * epoch, and when its signal stops it. The same call goes on from there as if it had not stopped; where it
   * had ended, it trains no more. Callbacks of your own have to save the state that they keep outside of
   * variables. Default: none.
   */
  checkpoint?: string;
  /** A board that gets `{ epoch, loss, … }` after each epoch, with the metrics, `validation loss` and so on. */
  board?: FitBoard;
  /** Whether to show a progress bar. Default true. */
  progress?: boolean;
  /** Whether the examples are shuffled anew in each epoch. Default true. */
  shuffle?: boolean;
  /** The seed of the examples' order in each epoch, and of the values that layers drop. Default 0. */
  seed?: number | string;
  /**
   * Whether a step becomes one native call, as {@link compile} makes it; trainings of fewer than 20 steps
   * aren't worth it, and run eagerly all the same. `false`: each op is a call of its own, ten times slower, for
   * layers or losses that can't be a graph. Random numbers (dropout, noise) are the same either way: `seed`
   * decides them, and each step draws anew (whereas tfjs's own seeded dropout repeats its mask). Default true.
   */
  compile?: boolean;
  /**
   * Whether TensorFlow may rewrite the compiled step, which changes the last bits. `false`: the compiled step
   * gives the eager step's numbers, bit for bit (except with overlapping max pooling: see {@link compile}).
   * Default true.
   */
  rewrite?: boolean;
  /** Stops the training between two steps. Default: the signal of the notebook's cell. */
  signal?: AbortSignal;
}
