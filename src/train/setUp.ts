import { Dataset } from "../datasets/index.js";
import { checkModel } from "../models/check.js";
import { tf } from "../tensorflow/index.js";
import { type CallbackRunner, listCallbacks } from "./callbacks.js";
import { constrain } from "./constrained.js";
import { type Examples, type TrainingData, takeExamples } from "./data.js";
import { checkWhole } from "./evaluate.js";
import { driveOptimizer } from "./learningRate.js";
import { makeObjective, type Objective } from "./objective.js";
import type { FitOptions } from "./options.js";
import { makeRunner, type Runner } from "./runner.js";
import { type Measurement, makeEvaluation, makeStep } from "./step.js";

/** @internal A training that is about to begin. */
export interface Training {
  model: tf.LayersModel;
  examples: Examples;
  batchSize: number;
  /** Decides the order of an epoch's examples, epochs from 1; `undefined`: as they stand. */
  seedOf(epoch: number): string | undefined;
  validation?: Examples;
  validationBatchSize: number;
  /** What a step and `evaluation` measure, by tfjs's names. */
  names: string[];
  runner: Runner;
  optimizer: tf.Optimizer;
  objective: Objective;
  evaluation: Measurement;
  /** Called before each step: sets its learning rate, and what callbacks schedule. */
  beforeStep(): void;
  callbacks: CallbackRunner;
  /** Frees what was made for it. */
  dispose(): void;
}

/** @internal Checks everything that `fit` was given, and makes what it needs. */
export function setUp(model: tf.LayersModel, data: TrainingData, options: FitOptions): Training {
  const { epochs, batchSize = 64, validationBatchSize = 512, clipNorm } = options;
  const { seed = 0, shuffle = true } = options;
  checkModel(model);
  const objective = makeObjective(model, data, options);
  checkWhole("epochs", epochs);
  checkWhole("batchSize", batchSize);
  checkWhole("validationBatchSize", validationBatchSize);
  checkClipNorm(clipNorm);

  const releases: (() => void)[] = [];
  const dispose = () => {
    for (const release of releases) release();
  };
  function take(what: string, given: TrainingData): Examples {
    const examples = takeExamples(model, given, { what, form: objective.form });
    releases.push(() => tf.dispose(examples.made));
    return examples;
  }
  try {
    const examples = take("data", data);
    const validation =
      options.validation === undefined ? undefined : take("validation", options.validation);
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
    const runner = makeRunner(model, step, { ...options, steps });
    // First what the step holds of the optimizer and the model, then the optimizer.
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

function checkClipNorm(clipNorm: number | undefined): void {
  if (clipNorm === undefined || (clipNorm > 0 && Number.isFinite(clipNorm))) return;
  throw new RangeError(`invalid clipNorm: ${clipNorm} (expected a number above 0, as in 1)`);
}
