import { tf } from "../tensorflow/index.js";
import { type Unready, warnUnready } from "../train/index.js";
import type { TensorQuantizer } from "./tensorQuantizer.js";

/** @internal The reasons why a layer's quantizers don't give their final numbers yet. */
export function unreadyOf(quantizers: readonly TensorQuantizer[]): Unready[] {
  const reasons: Unready[] = [];
  if (quantizers.some(({ fakeQuantizing }) => !fakeQuantizing)) {
    reasons.push({
      why: "fake quantization is off",
      remedy: "q.qat.enableFakeQuant(model) turns it on",
    });
  }
  if (quantizers.some(({ observing }) => observing)) {
    reasons.push({
      why: "observers are on, so that ranges still change in training",
      remedy:
        "q.qat.disableObserver(model) fixes them, or q.qat.schedule({ freezeObserver: 5 }) in the training",
    });
  }
  return reasons;
}

/** @internal Lets a model warn when it predicts before it is ready. */
export function warnAtPrediction(model: tf.LayersModel): tf.LayersModel {
  const { predict, predictOnBatch } = tf.LayersModel.prototype;
  model.predict = (...args) => {
    warnUnready(model);
    return predict.apply(model, args);
  };
  model.predictOnBatch = (...args) => {
    warnUnready(model);
    return predictOnBatch.apply(model, args);
  };
  return model;
}
