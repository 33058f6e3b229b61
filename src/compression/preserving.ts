import { checkModel } from "../models/check.js";
import { tf } from "../tensorflow/index.js";
import { constrain } from "../train/constrained.js";

/**
 * An optimizer for plain `model.fit` that keeps zeros zero and clusters together, as {@link fit} does by itself. It
 * takes the optimizer over.
 *
 * @param optimizer one of tfjs's, as in `q.tf.train.adam(0.01)`
 * @param model what it is to train: from {@link prune} or {@link cluster}, prepared for QAT or not
 * @returns the optimizer itself where no weight of the model is constrained
 * @throws TypeError for what isn't an optimizer or a model
 * @example
 * const pruned = q.compression.prune(model, { sparsity: 0.5 });
 * const optimizer = q.compression.preserving(q.tf.train.adam(0.001), pruned);
 * pruned.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
 * await pruned.fit(train.xs, train.ys.toFloat(), { epochs: 1, verbose: 0 });
 * q.compression.sparsity(pruned); // 0.50
 */
export function preserving(optimizer: tf.Optimizer, model: tf.LayersModel): tf.Optimizer {
  if (!(optimizer instanceof tf.Optimizer)) {
    throw new TypeError(
      `invalid optimizer: ${optimizer} (expected one of tfjs's, as in q.tf.train.adam(0.01))`,
    );
  }
  checkModel(model);
  return constrain(model, optimizer) ?? optimizer;
}
