import type { tf } from "../../tensorflow/index.js";
import { type Forward, traceForward } from "./forward.js";
import { FixedBatch, freeBatch } from "./freeBatch.js";
import type { InputShapes } from "./shapes.js";

/** Batch sizes whose traces are compared: two show how a size depends on the batch, and the third confirms it. */
const batchSizes = [2, 3, 5];

/**
 * @internal
 * The forward pass of a model for inputs of given shapes.
 *
 * @throws Error if the batch size is free, but the model doesn't allow it
 */
export function traceModel(model: tf.LayersModel, shapes: InputShapes): Forward {
  if (shapes[0]![0] !== null) return traceForward(model, shapes as number[][]);
  const forwards = batchSizes.map((size) =>
    traceForward(
      model,
      shapes.map(([, ...sizes]) => [size, ...sizes] as number[]),
    ),
  );
  try {
    return freeBatch(forwards, batchSizes);
  } catch (error) {
    if (!(error instanceof FixedBatch)) throw error;
    throw new Error(
      `model "${model.name}" can't be exported for any batch size: ${error.message} (fix the size, as in { batchSize: 1 })`,
    );
  }
}
