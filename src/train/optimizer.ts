import { tf } from "../tensorflow/index.js";

/** The name of an optimizer, or one of tfjs's. */
export type OptimizerOption = "adam" | "sgd" | "momentum" | tf.Optimizer;

const makers = {
  adam: (learningRate: number) => tf.train.adam(learningRate),
  sgd: (learningRate: number) => tf.train.sgd(learningRate),
  momentum: (learningRate: number) => tf.train.momentum(learningRate, 0.9),
};

/** @internal The optimizer that an option names; `own` says whether it is ours to dispose. */
export function makeOptimizer(
  option: OptimizerOption,
  learningRate: number,
): { optimizer: tf.Optimizer; own: boolean } {
  if (option instanceof tf.Optimizer) return { optimizer: option, own: false };
  const make = Object.hasOwn(makers, option) ? makers[option] : undefined;
  if (!make) {
    throw new TypeError(
      `invalid optimizer: ${option} (expected ${Object.keys(makers).join(", ")}, or one of tfjs's, as in q.tf.train.rmsprop(0.001))`,
    );
  }
  if (!(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new RangeError(
      `invalid learningRate: ${learningRate} (expected a number above 0, as in 0.01)`,
    );
  }
  return { optimizer: make(learningRate), own: true };
}

/** How the learning rate goes on from its first value: down to 0 along a line, or not at all. */
export type Schedule = "linear" | "constant";

/** @internal The share of the first learning rate that remains when `done`, 0 to 1, is done. */
export function remainingRate(schedule: Schedule): (done: number) => number {
  if (schedule === "linear") return (done) => 1 - done;
  if (schedule === "constant") return () => 1;
  throw new TypeError(`invalid schedule: ${schedule} (expected "linear" or "constant")`);
}

/** @internal Changes the learning rate of one of the named optimizers. */
export function setLearningRate(optimizer: tf.Optimizer, learningRate: number): void {
  const settable = optimizer as unknown as {
    learningRate: number;
    setLearningRate?(rate: number): void;
  };
  // SGD and momentum keep a tensor of it; Adam reads the number in each step.
  if (settable.setLearningRate) settable.setLearningRate(learningRate);
  else settable.learningRate = learningRate;
}
