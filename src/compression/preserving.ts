import { checkModel } from "../graph/index.js";
import { tf } from "../tensorflow/index.js";
import { constrain } from "../train/index.js";

/**
 * Makes an optimizer for plain `model.fit` that keeps zeros zero and clusters together, as {@link fit} does
 * without it. The new optimizer uses the one that is passed, which must not be used elsewhere.
 *
 * @param optimizer an optimizer of tfjs, as in `q.tf.train.adam(0.01)`
 * @param model the model to train, from {@link prune} or {@link cluster}, prepared for QAT or not
 * @returns the new optimizer; the one that is passed if no weight of the model is constrained
 * @throws TypeError if `optimizer` isn't an optimizer of tfjs, or `model` isn't a Layers model
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
      `invalid optimizer: ${optimizer} (expected an optimizer of tfjs, as in q.tf.train.adam(0.01))`,
    );
  }
  checkModel(model);
  return constrain(model, optimizer) ?? optimizer;
}
