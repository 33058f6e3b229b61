import type { tf } from "../tensorflow/index.js";
import type { TrainingData } from "./data/data.js";
import { fit as train } from "./fit.js";
import type { FitOptions } from "./options/options.js";

/**
 * Trains a model as `q.fit` does and returns the model, so that it can be made and trained in one expression. It shows no
 * progress, unless `progress` asks for it.
 *
 * @param model a tfjs Layers model, or the promise of one, such as `q.prepare` gives; it is changed in place
 * @param data as in `q.fit`
 * @param options as in `q.fit`; `progress` is false by default
 * @throws the errors of `q.fit`
 * @example
 * const model = await q.trained(q.models.forData(train, { seed: 1 }), train, { epochs: 2, seed: 1 });
 * model.name; // "depthwise_cnn"
 */
export async function trained<M extends tf.LayersModel>(
  model: M | Promise<M>,
  data: TrainingData,
  options: FitOptions = {} as FitOptions,
): Promise<M> {
  const ready = await model;
  await train(ready, data, { progress: false, ...options });
  return ready;
}
