import { checkChoice, checkCount, checkNumber, checkSeed } from "../../arguments/index.js";
import type { EstimatorChoice } from "../../estimators/index.js";
import { checkModel, topology } from "../../graph/index.js";
import { IntegerModel } from "../../integer/index.js";
import { ruleOf } from "../../layers/index.js";
import { isPrepared, passing } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import { classified, type TrainingData } from "../../train/index.js";
import { checkRange } from "../range.js";

/** How far an example may be moved: by ε in each value (`"linf"`), or by ε in all, as a Euclidean distance (`"l2"`). */
export type Norm = "linf" | "l2";

/** Options that all attacks have. */
export interface AttackOptions {
  /**
   * How far an example may be moved, in the unit of its values: from 0 to the width of {@link range}, for `"l2"` to the width
   * times the root of the number of values.
   */
  epsilon: number;
  /** Whether ε bounds the change of each value or the Euclidean distance. Default `"linf"`. */
  norm?: Norm;
  /**
   * The estimator that passes gradients through rounding, as in `"clippedSte"`; `"none"` is the true gradient, which
   * is 0 almost everywhere. A prepared model needs it, since the robustness that an attack finds depends on it; a
   * float model doesn't take it.
   */
  through?: EstimatorChoice;
  /**
   * The model whose gradients the attack follows: its examples are then tried on the attacked model, a transfer.
   * Default: the attacked model itself. An integer model has no gradients, and needs it.
   */
  from?: tf.LayersModel;
  /** The class that the model is to name. Default: any class but the right one. */
  target?: number;
  /** The smallest and the largest value of an example. Default `[0, 1]`. */
  range?: readonly [number, number];
  /** How many examples are attacked at a time. Default 200. */
  batchSize?: number;
  /** Whether the steps run as one native call each (`q.compile`); `false` runs op after op. Default true. */
  compiled?: boolean;
}

/** Options of {@link pgd}. */
export interface PgdOptions extends AttackOptions {
  /** How many steps are taken. Default 20. */
  steps?: number;
  /** The length of a step, in the unit of the values. Default 2.5 · ε / steps, as Madry et al. have it. */
  stepSize?: number;
  /**
   * How often the attack starts: first at the example itself, then at points by chance within ε. Default 1.
   */
  restarts?: number;
  /** An integer or a text that decides the points. Default 0. */
  seed?: number | string;
}

/** @internal All options, checked, and the examples as tensors. */
export interface Plan {
  source: tf.LayersModel;
  estimator: ReturnType<typeof passing> | undefined;
  xs: tf.Tensor;
  labels: Int32Array;
  classes: number;
  epsilon: number;
  norm: Norm;
  target: number | undefined;
  range: readonly [number, number];
  batchSize: number;
  compiled: boolean;
  steps: number;
  stepSize: number;
  restarts: number;
  seed: number | string;
}

/** @internal @throws TypeError or RangeError if an option is invalid, before anything is computed */
export function planOf(model: tf.LayersModel, data: TrainingData, options: PgdOptions): Plan {
  checkModel(model);
  const { through, from, range = [0, 1], target, norm = "linf" } = options;
  const { epsilon, steps = 20, restarts = 1, seed = 0, batchSize = 200, compiled = true } = options;
  if (from !== undefined) checkModel(from);
  const { inputs, labels } = classified(model, data, "data");
  if (inputs.length > 1) {
    throw new TypeError(
      `invalid model: "${model.name}" has ${inputs.length} inputs (expected a model with one input, whose values are moved)`,
    );
  }
  checkChoice("norm", norm, ["linf", "l2"]);
  const [low, high] = checkRange(range, inputs[0]!.dataSync() as Float32Array);
  const each = inputs[0]!.size / labels.length;
  checkNumber("epsilon", epsilon, {
    from: 0,
    to: farthest(norm, [low, high], each),
    noun: "a distance",
    example: "{ epsilon: 0.1 }",
  });
  checkCount("steps", steps);
  checkCount("restarts", restarts);
  checkCount("batchSize", batchSize);
  checkSeed(seed);
  const stepSize = options.stepSize ?? (2.5 * epsilon) / steps;
  checkNumber("stepSize", stepSize, { from: 0 });
  const classes = model.outputs[0]!.shape[1]!;
  if (target !== undefined) {
    checkCount("target", target, { least: 0, most: classes - 1, example: "{ target: 3 }" });
  }
  const source = from ?? model;
  const estimator = estimatorOf(source, through);
  if (from !== undefined) classified(from, data, "data");
  checkMovable(source);
  const common = { xs: inputs[0]!, labels, classes, epsilon, norm, target, batchSize, compiled };
  return { ...common, source, estimator, range: [low, high], steps, stepSize, restarts, seed };
}

/** A change of a word's number isn't a small one, and has no gradient. */
function checkMovable(source: tf.LayersModel): void {
  const embedding = topology(source, { shared: true }).find(
    ({ layer, inputs }) =>
      ruleOf(layer).indices && inputs.every((input) => input.inputs.length === 0),
  );
  if (!embedding) return;
  throw new TypeError(
    `invalid model: layer "${embedding.name}" of "${source.name}" looks its input's values up as numbers of words, which can't be moved by little and have no gradient (expected a model that computes with its input's values)`,
  );
}

/** @internal How far apart two examples of so many values can be. */
export function farthest(norm: Norm, [low, high]: readonly [number, number], values: number) {
  return (high - low) * (norm === "linf" ? 1 : Math.sqrt(values));
}

function estimatorOf(source: tf.LayersModel, through: EstimatorChoice | undefined) {
  if (source instanceof IntegerModel) {
    throw new TypeError(
      `invalid model: "${source.name}" computes with integers, which have no gradients (expected the model whose gradients the attack follows, as in { from: float })`,
    );
  }
  const prepared = isPrepared(source);
  if (prepared && through === undefined) {
    throw new TypeError(
      `invalid through: none named for "${source.name}", whose rounding has the gradient 0 (expected the estimator that stands in, as in { through: "clippedSte" }; "none" is the true gradient)`,
    );
  }
  if (!prepared && through !== undefined) {
    throw new TypeError(
      `invalid through: "${source.name}" rounds nothing (expected no estimator for a float model)`,
    );
  }
  return through === undefined ? undefined : passing(through);
}

/** @internal The names of the options, for the check of each attack. */
export const attackOptionNames = {
  epsilon: true,
  norm: true,
  through: true,
  from: true,
  target: true,
  range: true,
  batchSize: true,
  compiled: true,
} as const;

/** @internal */
export const pgdOptionNames = {
  ...attackOptionNames,
  steps: true,
  stepSize: true,
  restarts: true,
  seed: true,
} as const;
