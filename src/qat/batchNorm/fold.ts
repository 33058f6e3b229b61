import { checkModel } from "../../models/check.js";
import { copy, type Replacement, rebuild, twinOf } from "../../models/rebuild.js";
import type { Layer } from "../../models/topology.js";
import { tf } from "../../tensorflow/index.js";
import { QuantizedLayer } from "../quantizedLayer.js";
import { warnAtPrediction } from "../warnings.js";
import { FoldedBatchNorm } from "./foldedBatchNorm.js";
import { fusedLayers, innerOf } from "./fused.js";

/**
 * Folds batch normalization that was trained, once and for all: the same numbers in inference, bit for bit,
 * from plain layers. Their kernels and biases are those that computed before.
 *
 * @param model of {@link prepare} with `{ batchNorm: "train" }`; it isn't changed
 * @returns a new model, prepared like it; training it goes on without batch statistics
 * @throws TypeError for a model without trained batch normalization
 * @example
 * const trained = await q.prepare(model, scheme, { calibration: train.take(256), batchNorm: "train" });
 * const folded = q.qat.fold(trained);
 * (folded.getLayer("conv") as q.QuantizedLayer).inner.getClassName(); // "Conv2D"
 */
export function fold(model: tf.LayersModel): tf.LayersModel {
  checkModel(model);
  fusedLayers(model);
  const folded = rebuild(model, ({ layer, inputs }) => {
    if (inputs.length === 0) return { layers: [] };
    if (layer instanceof QuantizedLayer) return quantizedTwin(layer);
    return layer instanceof FoldedBatchNorm ? plainTwin(layer) : copy(layer);
  });
  return warnAtPrediction(folded);
}

function plainTwin(layer: FoldedBatchNorm): Replacement {
  const twin = twinOf(layer.layer);
  return { layers: [twin], fill: () => fillPlain(twin, layer) };
}

function quantizedTwin(layer: QuantizedLayer): Replacement {
  const { inner, options, weightFormat, activationFormat, outputQuantizer, quantizers } = layer;
  const plain = twinOf(inner instanceof FoldedBatchNorm ? inner.layer : inner);
  const twin = new QuantizedLayer({
    ...options,
    layer: plain,
    weights: weightFormat,
    activations: activationFormat,
    output: outputQuantizer !== undefined,
    modes: quantizers.map(({ fakeQuantizing, observing }) => ({ fakeQuantizing, observing })),
  });
  const fill = () => {
    if (inner instanceof FoldedBatchNorm) fillPlain(plain, inner);
    else plain.setWeights(inner.getWeights());
    copyQuantizers(layer, twin);
  };
  return { layers: [twin], fill };
}

function fillPlain(plain: Layer, layer: FoldedBatchNorm): void {
  tf.tidy(() => plain.setWeights([layer.kernel.read(), layer.foldedBias()]));
}

/** Ranges, or what is learned in their place. */
function copyQuantizers(from: QuantizedLayer, to: QuantizedLayer): void {
  const [values, variables] = [from, to].map((layer) => {
    const inner = innerOf(layer).weights;
    return layer.weights.filter((weight) => !inner.includes(weight));
  });
  variables!.forEach((variable, i) => {
    variable.write(values![i]!.read());
  });
}
