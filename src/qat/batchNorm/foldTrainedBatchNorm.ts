import type { Layer } from "../../graph/index.js";
import {
  checkModel,
  copy,
  copyWeights,
  type Replacement,
  rebuild,
  twinOf,
} from "../../graph/index.js";
import {
  innerOf,
  QuantizedLayer,
  TrainedBatchNorm,
  trainedBatchNorms,
  warnAtPrediction,
} from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";

/**
 * Folds trained batch normalization into plain layers for good. In inference the new model computes the same
 * numbers, bit for bit. The kernels and biases of the plain layers are those that the trained layers computed
 * with.
 *
 * @param model a model from {@link prepare} with `{ batchNorm: "train" }`, which isn't changed
 * @returns a new model, prepared in the same way; further training uses no batch statistics
 * @throws TypeError if the model has no trained batch normalization
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * const folded = q.qat.foldTrainedBatchNorm(trained);
 * (folded.getLayer("conv") as q.QuantizedLayer).inner.getClassName(); // "Conv2D"
 */
export function foldTrainedBatchNorm(model: tf.LayersModel): tf.LayersModel {
  checkModel(model);
  trainedBatchNorms(model);
  const folded = rebuild(model, ({ layer, inputs }) => {
    if (inputs.length === 0) return { layers: [] };
    if (layer instanceof QuantizedLayer) return quantizedTwin(layer);
    return layer instanceof TrainedBatchNorm ? plainTwin(layer) : copy(layer);
  });
  return warnAtPrediction(folded);
}

function plainTwin(layer: TrainedBatchNorm): Replacement {
  const twin = twinOf(layer.layer);
  return { layers: [twin], fill: () => fillPlain(twin, layer) };
}

function quantizedTwin(layer: QuantizedLayer): Replacement {
  const { inner, options, weightFormat, activationFormat, outputQuantizer, quantizers } = layer;
  const plain = twinOf(inner instanceof TrainedBatchNorm ? inner.layer : inner);
  const twin = new QuantizedLayer({
    ...options,
    layer: plain,
    weights: weightFormat,
    activations: activationFormat,
    output: outputQuantizer !== undefined,
    modes: quantizers.map(({ fakeQuantizing, observing }) => ({ fakeQuantizing, observing })),
  });
  const fill = () => {
    if (inner instanceof TrainedBatchNorm) fillPlain(plain, inner);
    else copyWeights(inner, plain);
    copyQuantizers(layer, twin);
  };
  return { layers: [twin], fill };
}

function fillPlain(plain: Layer, layer: TrainedBatchNorm): void {
  tf.tidy(() => plain.setWeights([layer.kernel.read(), layer.foldedBias()]));
}

/** Copies the ranges, or the parameters that an estimator learns in their place. */
function copyQuantizers(from: QuantizedLayer, to: QuantizedLayer): void {
  const [values, variables] = [from, to].map((layer) => {
    const inner = innerOf(layer).weights;
    return layer.weights.filter((weight) => !inner.includes(weight));
  });
  variables!.forEach((variable, i) => {
    variable.write(values![i]!.read());
  });
}
