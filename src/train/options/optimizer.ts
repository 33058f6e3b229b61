import { checkNumber } from "../../arguments/index.js";
import { tf } from "../../tensorflow/index.js";

/** A name of {@link OptimizerOption}. */
export type OptimizerName = keyof typeof makers;

/**
 * The name of an optimizer (`"adam"`, `"sgd"`, `"momentum"` of 0.9, `"adagrad"`, `"adadelta"`,
 * `"adamax"`, `"rmsprop"`), or one of tfjs's.
 */
export type OptimizerOption = OptimizerName | Capitalized | tf.Optimizer;

/** The names as `model.compile` takes them too. */
type Capitalized = "Adam" | "SGD" | "Adagrad" | "Adadelta" | "Adamax" | "RMSProp";

/** The makers of optimizers by name. Optimizers that adapt their steps by other rules start at tfjs's rate. */
const makers = {
  adam: (learningRate = 0.01) => tf.train.adam(learningRate),
  sgd: (learningRate = 0.01) => tf.train.sgd(learningRate),
  momentum: (learningRate = 0.01) => tf.train.momentum(learningRate, 0.9),
  adagrad: (learningRate = 0.01) => tf.train.adagrad(learningRate),
  adadelta: (learningRate = 1) => tf.train.adadelta(learningRate),
  adamax: (learningRate = 0.002) => tf.train.adamax(learningRate),
  rmsprop: (learningRate = 0.001) => tf.train.rmsprop(learningRate),
};

/** @internal The optimizer that an option names; a new one for a name. */
export function makeOptimizer(option: OptimizerOption, learningRate?: number): tf.Optimizer {
  if (learningRate !== undefined) {
    checkNumber("learningRate", learningRate, { above: 0, example: "0.01" });
  }
  if (option instanceof tf.Optimizer) return option;
  const name = String(option).toLowerCase();
  if (Object.hasOwn(makers, name)) return makers[name as OptimizerName](learningRate);
  throw new TypeError(
    `invalid optimizer: ${option} (expected ${Object.keys(makers).join(", ")}, or one of tfjs's, as in q.tf.train.rmsprop(0.001))`,
  );
}
