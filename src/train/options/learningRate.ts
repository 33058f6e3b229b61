import { tf } from "../../tensorflow/index.js";
import { makeOptimizer, type OptimizerOption } from "./optimizer.js";

/**
 * How the learning rate goes on from its first value: down to 0 along a line, not at all, or as a function
 * says, which gets the step, from 0, and the number of steps.
 */
export type LearningRateSchedule =
  | "linear"
  | "constant"
  | ((step: number, steps: number) => number);

/** @internal An optimizer whose rate can be read and set: all of tfjs's. */
interface Rated {
  learningRate: number;
  setLearningRate?(rate: number): void;
}

/** @internal The optimizer of a training, whose learning rate a schedule drives. */
export interface Driven {
  optimizer: tf.Optimizer;
  /** Sets the rate of a step, from 0. */
  setRate(step: number): void;
  /** Frees an optimizer that was made by its name, or gives the user's own optimizer its rate back. */
  release(): void;
}

/**
 * @internal
 * An optimizer that is made by its name follows the schedule, `"linear"` by default; the user's own optimizer
 * follows a schedule or a rate only if the options have one.
 *
 * @throws TypeError or RangeError if the optimizer, the rate or the schedule is invalid
 */
export function driveOptimizer(
  option: OptimizerOption,
  {
    learningRate,
    schedule,
    steps,
  }: { learningRate?: number; schedule?: LearningRateSchedule; steps: number },
): Driven {
  const user = option instanceof tf.Optimizer;
  const rate = rateOf(schedule ?? (user ? "constant" : "linear"), steps);
  const optimizer = makeOptimizer(option, learningRate);
  if (user && learningRate === undefined && schedule === undefined) {
    return { optimizer, setRate: () => undefined, release: () => undefined };
  }
  const before = getRate(optimizer);
  const first = learningRate ?? before;
  return {
    optimizer,
    setRate: (step) => setRate(optimizer, rate(first, step)),
    release: () => (user ? setRate(optimizer, before) : optimizer.dispose()),
  };
}

/** Gives the learning rate of a step, from the first learning rate and the step's number, counted from 0. */
function rateOf(
  schedule: LearningRateSchedule,
  steps: number,
): (first: number, step: number) => number {
  if (schedule === "linear") return (first, step) => first * (1 - step / steps);
  if (schedule === "constant") return (first) => first;
  if (typeof schedule !== "function") {
    throw new TypeError(
      `invalid schedule: ${schedule} (expected "linear", "constant", or a function, as in (step, steps) => 0.01 * 0.5 ** (step / steps))`,
    );
  }
  return (_, step) => {
    const rate = schedule(step, steps);
    if (rate >= 0 && Number.isFinite(rate)) return rate;
    throw new RangeError(`invalid schedule: ${rate} at step ${step} (expected a number from 0)`);
  };
}

function getRate(optimizer: tf.Optimizer): number {
  const rate = (optimizer as unknown as Rated).learningRate;
  if (typeof rate === "number") return rate;
  throw new TypeError(
    `invalid optimizer: ${optimizer.getClassName()} has no learningRate that could be set (leave learningRate and schedule out)`,
  );
}

function setRate(optimizer: tf.Optimizer, rate: number): void {
  const rated = optimizer as unknown as Rated;
  if (rated.learningRate === rate) return;
  // SGD and momentum keep the rate as a tensor; other optimizers read the number in each step.
  if (rated.setLearningRate) rated.setLearningRate(rate);
  else rated.learningRate = rate;
}
