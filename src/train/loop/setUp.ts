import { checkCounts, checkNumber, checkSeed } from "../../arguments/index.js";
import { Dataset } from "../../datasets/index.js";
import { checkModel, checkTrainable } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import { evaluationBatchSize } from "../data/batchSizes.js";
import { type Examples, type TrainingData, takeExamples } from "../data/data.js";
import { type CallbackRunner, listCallbacks } from "../options/callbacks.js";
import { driveOptimizer } from "../options/learningRate.js";
import type { Loss } from "../options/loss.js";
import { makeObjective, type Objective } from "../options/objective.js";
import type { FitOptions } from "../options/options.js";
import { checkFitOptions } from "../options/unknownOptions.js";
import { checkIdle } from "../readiness.js";
import { constrain } from "./constrained.js";
import { checkDifferentiable } from "./differentiable.js";
import { makeRunner, type Runner } from "./runner.js";
import { type Measurement, makeEvaluation, makeStep } from "./step.js";

/** @internal A training that is about to begin. */
export interface Training {
  model: tf.LayersModel;
  examples: Examples;
  batchSize: number;
  /** The seed of the order of an epoch's examples, with epochs from 1; `undefined` if the order stays. */
  seedOf(epoch: number): string | undefined;
  validation?: Examples;
  validationBatchSize: number;
  /** The names, as in tfjs, of the numbers that a step and `evaluation` measure. */
  names: string[];
  runner: Runner;
  optimizer: tf.Optimizer;
  objective: Objective;
  evaluation: Measurement;
  /** Sets the learning rate of the next step, and the values that callbacks schedule. */
  beforeStep(): void;
  callbacks: CallbackRunner;
  /** Frees the tensors and graphs that were made for the training. */
  dispose(): void;
}

/** @internal Checks all arguments of `fit`, and makes everything that the training needs. */
export function setUp(model: tf.LayersModel, data: TrainingData, options: FitOptions): Training {
  checkFitOptions(options);
  const { epochs, batchSize = 64, validationBatchSize = evaluationBatchSize, clipNorm } = options;
  const { seed = 0, shuffle = true } = options;
  checkModel(model);
  checkIdle(model);
  const objective = makeObjective(model, data, options);
  checkCounts({ epochs, batchSize, validationBatchSize });
  checkSeed(seed);
  if (clipNorm !== undefined) checkNumber("clipNorm", clipNorm, { above: 0, example: "1" });
  checkTrained(model);
  checkTrainable(model);

  const releases: (() => void)[] = [];
  const dispose = () => {
    for (const release of releases) release();
  };
  function take(argument: string, source: TrainingData): Examples {
    const examples = takeExamples(model, source, { argument, form: objective.form });
    releases.push(() => tf.dispose(examples.temporary));
    return examples;
  }
  try {
    const examples = take("data", data);
    const validation =
      options.validation === undefined ? undefined : take("validation", options.validation);
    checkBatches(model, {
      batchSize: [examples.size, batchSize],
      ...(validation && { validationBatchSize: [validation.size, validationBatchSize] }),
    });
    checkDifferentiable(model, options.loss ?? (model.loss as Loss | undefined), {
      objective,
      examples,
      batchSize,
    });
    const { names } = objective;
    const callbacks = listCallbacks(options.callbacks, model, {
      epochs,
      batchSize,
      samples: examples.size,
      initialEpoch: 0,
      doValidation: validation !== undefined,
      metrics: [...names, ...(validation ? names.map((name) => `val_${name}`) : [])],
    });
    const chosen = options.optimizer ?? defaultOptimizer(model, data, options);
    const steps = epochs * Math.ceil(examples.size / batchSize);
    const { optimizer, setRate, release } = driveOptimizer(chosen, { ...options, steps });
    const { parts } = callbacks;
    const afterUpdate = () => {
      for (const part of parts) part.afterUpdate();
    };
    const constrained = constrain(model, optimizer);
    const stepped = constrained ?? optimizer;
    const step = makeStep({ model, optimizer: stepped, objective, clipNorm, afterUpdate });
    const tail = examples.size > batchSize ? examples.size % batchSize : 0;
    const runner = makeRunner(model, step, { ...options, steps, tail });
    // The step's hold on the optimizer and the model ends first, then the optimizer.
    releases.push(runner.dispose, () => constrained?.dispose(), release);
    for (const part of parts) releases.push(part.drive(model, steps));
    return {
      model,
      examples,
      batchSize,
      seedOf: (epoch) => (shuffle ? `${seed}/${epoch}` : undefined),
      validation,
      validationBatchSize,
      names,
      runner,
      optimizer,
      objective,
      evaluation: makeEvaluation({ model, objective }),
      beforeStep: () => {
        setRate(runner.count);
        for (const part of parts) part.beforeStep(runner.count, steps);
        constrained?.begin();
      },
      callbacks,
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** A compiled model whose loss is used brings its optimizer along. */
function defaultOptimizer(model: tf.LayersModel, data: TrainingData, { loss }: FitOptions) {
  return loss === undefined && !(data instanceof Dataset) ? model.optimizer : "adam";
}

function checkTrained(model: tf.LayersModel): void {
  if (model.trainableWeights.length > 0) return;
  const why = model.weights.length > 0 ? "all its weights are frozen" : "it has no weights";
  throw new TypeError(
    `invalid model: "${model.name}" has nothing to train, ${why} (expected a layer with weights whose trainable is true)`,
  );
}

/**
 * Refuses a batch size that the model doesn't take: a model that keeps states, for example, takes batches of
 * one size alone.
 */
function checkBatches(model: tf.LayersModel, sizes: Record<string, [size: number, batch: number]>) {
  const fixed = model.inputs.map(({ shape }) => shape[0]).find((size) => size != null);
  if (fixed == null) return;
  for (const [option, [size, batch]] of Object.entries(sizes)) {
    if (batch === fixed && size % fixed === 0) continue;
    throw new RangeError(
      `invalid ${option}: ${size} examples in batches of ${batch} for model "${model.name}", which takes batches of ${fixed} (expected that batch size, and a multiple of it as the number of examples)`,
    );
  }
}
