import { type Estimator, type EstimatorChoice, estimatorFor } from "../estimators/index.js";
import type { tf } from "../tensorflow/index.js";
import { quantizers } from "./modes.js";
import { QuantizedLayer } from "./quantizedLayer.js";

/** @internal Whether layers of a model round their values. */
export function isPrepared(model: tf.LayersModel): boolean {
  return model.layers.some((layer) => layer instanceof QuantizedLayer);
}

/**
 * @internal
 * The estimator that is to pass gradients through a prepared model, in place of the model's own.
 *
 * @throws TypeError if there is no such estimator, or if it computes with parameters that it learns
 */
export function passing(choice: EstimatorChoice): Estimator {
  const estimator = estimatorFor(choice, "activations");
  if (!estimator.learned) return estimator;
  throw new TypeError(
    `invalid through: ${estimator.name} (it passes gradients by parameters of its own; expected an estimator without them, as in { through: "clippedSte" })`,
  );
}

/**
 * @internal
 * Runs a synchronous function in which gradients pass through the rounding of a prepared model as another estimator
 * says. The values stay the same.
 */
export function passedThrough<T>(model: tf.LayersModel, estimator: Estimator, run: () => T): T {
  const all = quantizers(model);
  for (const quantizer of all) quantizer.passes = estimator;
  try {
    return run();
  } finally {
    for (const quantizer of all) quantizer.passes = undefined;
  }
}
