import { tf } from "../tensorflow/index.js";
import { makeOptimizer, type OptimizerOption } from "./optimizer.js";

/**
 * How the learning rate goes on from its first value: down to 0 along a line, not at all, or as a
 * function says of the step, from 0, and the number of steps.
 */
export type Schedule = "linear" | "constant" | ((step: number, steps: number) => number);

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
  /** Frees a named optimizer, gives the user's own its rate back. */
  release(): void;
}

/**
 * @internal
 * A named optimizer follows the schedule, `"linear"` by default; one of the user's own only what is
 * given.
 *
 * @throws TypeError or RangeError for an optimizer, a rate or a schedule that makes no sense
 */
export function driveOptimizer(
  option: OptimizerOption,
  { learningRate, schedule, steps }: { learningRate?: number; schedule?: Schedule; steps: number },
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

/** From the first learning rate and a step, from 0, to the step's rate. */
function rateOf(schedule: Schedule, steps: number): (first: number, step: number) => number {
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
  // SGD and momentum keep a tensor of it; the others read the number in each step.
  if (rated.setLearningRate) rated.setLearningRate(rate);
  else rated.learningRate = rate;
}
