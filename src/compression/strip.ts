import { checkModel } from "../models/check.js";
import type { tf } from "../tensorflow/index.js";
import { withConstraints } from "./constrainedKernels.js";

/**
 * The same model without what {@link prune} and {@link cluster} keep: its weights may all be trained again, and a
 * saved model can be loaded without this library. It predicts the same.
 *
 * @returns a new model
 * @throws TypeError for what isn't a model
 * @example
 * const plain = q.compression.strip(q.compression.prune(model, { sparsity: 0.5 }));
 * plain.getLayer("conv").getConfig().kernelConstraint; // null
 */
export function strip(model: tf.LayersModel): tf.LayersModel {
  checkModel(model);
  return withConstraints(model, () => undefined);
}
