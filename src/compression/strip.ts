import { checkModel } from "../graph/index.js";
import type { tf } from "../tensorflow/index.js";
import { withConstraints } from "./constrainedKernels.js";

/**
 * Makes a copy of a model without the constraints of {@link prune} and {@link cluster}: all weights may be
 * trained again, and a saved copy can be loaded without this library. The copy predicts the same numbers.
 *
 * @returns a new model
 * @throws TypeError if `model` isn't a Layers model
 * @example
 * const plain = q.compression.strip(q.compression.prune(model, { sparsity: 0.5 }));
 * plain.getLayer("conv").getConfig().kernelConstraint; // null
 */
export function strip(model: tf.LayersModel): tf.LayersModel {
  checkModel(model);
  return withConstraints(model, () => undefined);
}
