import { tf } from "../../tensorflow/index.js";
import type { Training } from "../loop/setUp.js";
import { variablesOf } from "./variables.js";

/** @internal Everything that the next steps of a training depend on, as it was at one time. */
export interface Snapshot {
  /** The values of {@link variablesOf}; these tensors belong to the snapshot. */
  values: Map<tf.Variable, tf.Tensor>;
  /** How many steps the optimizer has counted. */
  iterations: number;
  /** The optimizer's learning rate, which a callback may have set. */
  rate: number | undefined;
  /** How many steps were taken. */
  steps: number;
  /** The calls of the runner, as in {@link Runner.calls}. */
  calls: Record<number, number>;
}

/** The parts of tfjs's optimizers that aren't public. */
interface Counting {
  iterations_: number;
  learningRate?: number;
  setLearningRate?(rate: number): void;
  initialAccumulatorValue?: number;
}

/** @internal Takes a snapshot without copying: tensors don't change, since a step gives variables new ones. */
export function takeSnapshot(training: Training): Snapshot {
  const { optimizer, runner } = training;
  return {
    values: new Map(variablesOf(training).map((variable) => [variable, variable.clone()])),
    iterations: optimizer.iterations,
    rate: (optimizer as unknown as Counting).learningRate,
    steps: runner.count,
    calls: { ...runner.calls },
  };
}

/** @internal Puts everything back; variables that an optimizer has made since then get their first values. */
export function restoreSnapshot(training: Training, snapshot: Snapshot): void {
  const optimizer = training.optimizer as unknown as Counting;
  const { values, iterations, rate, steps } = snapshot;
  for (const variable of variablesOf(training)) {
    const value = values.get(variable);
    if (value) variable.assign(value);
    else tf.tidy(() => variable.assign(firstValue(variable, optimizer)));
  }
  optimizer.iterations_ = iterations;
  if (rate !== undefined && optimizer.learningRate !== rate) {
    if (optimizer.setLearningRate) optimizer.setLearningRate(rate);
    else optimizer.learningRate = rate;
  }
  training.runner.count = steps;
}

/** The first value of an optimizer's slot: zeros, except in Adagrad. */
function firstValue({ shape }: tf.Variable, { initialAccumulatorValue = 0 }: Counting): tf.Tensor {
  return tf.fill(shape, initialAccumulatorValue);
}

/**
 * @internal
 * Makes graphs go on with the snapshot's exact values. Graphs may keep an optimizer's slots in units of their
 * own, so that the values that were read can differ from theirs in the last bit.
 */
export function continueFrom({ values }: Snapshot): void {
  for (const [variable, value] of values) variable.assign(value);
}

/** @internal */
export function disposeSnapshot(snapshot: Snapshot | undefined): void {
  tf.dispose([...(snapshot?.values.values() ?? [])]);
}
