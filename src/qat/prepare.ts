import { type CalibrationMethod, observer } from "../calibration/index.js";
import { weightRange } from "../calibration/weights.js";
import type { Dataset } from "../datasets/index.js";
import { type EstimatorName, estimatorNamed } from "../estimators/index.js";
import { checkExamples, checkModel } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { type Replacement, rebuild, twinOf } from "../models/rebuild.js";
import { type LayerNode, topology } from "../models/topology.js";
import type { Scheme } from "../quantizers/index.js";
import { checkScheme } from "../quantizers/scheme.js";
import { tf } from "../tensorflow/index.js";
import { type ActivationRanges, calibrate, inLayer } from "./calibrate.js";
import { checkLayers, formatsIn } from "./formats.js";
import { QuantizedLayer } from "./quantizedLayer.js";
import { checkSupported } from "./roles.js";

/** Options of {@link prepare}. */
export interface PrepareOptions {
  /** Examples on which the ranges of activations are found; a few hundred do. */
  calibration: Dataset;
  /** How ranges are found, as {@link observer} names it. Default `"mse"`, the least squared error. */
  method?: CalibrationMethod;
  /** How gradients pass through rounding. Default `"clippedSte"`, the clipped straight-through estimator. */
  estimator?: EstimatorName;
}

/**
 * Makes a model ready for quantization-aware training: batch normalization is folded, kernels, the
 * input and the outputs of layers are fake-quantized in the forward pass, and gradients pass through
 * the rounding. Train the result with {@link fit}. Ranges are those of the calibration and stay.
 *
 * Not quantized are biases and the model's output; what goes only into a nonlinearity is quantized
 * after it. Jacob et al. 2018, arXiv:1712.05877, section 3.
 *
 * @param model sequential or functional, of Conv2D, DepthwiseConv2D, Dense, BatchNormalization after
 *   those, activations, pooling, Add, Flatten, Reshape, ZeroPadding2D and Dropout; it isn't changed
 * @param scheme the formats, from {@link scheme}
 * @returns a new tfjs Layers model that shares nothing with the given one
 * @throws TypeError for a layer that can't be quantized, naming it; RangeError for calibration
 *   examples of another shape, for values that aren't finite, and for a scheme's layers that aren't there
 * @example
 * const qat = await q.prepare(model, scheme, { calibration: train.take(256) });
 * await q.fit(qat, train, { epochs: 15 });
 * q.accuracy(qat, test); // 0.9 (W3A3; 0.96 in float, 0.8 without training)
 */
export async function prepare(
  model: tf.LayersModel,
  scheme: Scheme,
  { calibration, method = "mse", estimator = "clippedSte" }: PrepareOptions = {} as PrepareOptions,
): Promise<tf.LayersModel> {
  checkModel(model);
  checkScheme(scheme);
  checkExamples(model, calibration, "calibration");
  observer(method);
  estimatorNamed(estimator);
  const folded = foldBatchNorm(model);
  try {
    const nodes = topology(folded);
    nodes.forEach(checkSupported);
    checkLayers(scheme, nodes);
    const ranges = await calibrate(folded, scheme, { calibration, method });
    return rebuild(folded, (node) =>
      node.inputs.length === 0
        ? quantizedInput(node, scheme, estimator, ranges)
        : quantizedLayer(node, scheme, estimator, method, ranges),
    );
  } finally {
    folded.dispose();
  }
}

/** After an input: a layer that does nothing but quantize. */
function quantizedInput(
  node: LayerNode,
  scheme: Scheme,
  estimator: EstimatorName,
  ranges: ActivationRanges,
): Replacement {
  const { layer: input } = node;
  const { activations } = formatsIn(scheme, node);
  if (!activations) return { layers: [] };
  const layer = tf.layers.activation({ name: `${input.name}_quantized`, activation: "linear" });
  const quantized = new QuantizedLayer({ layer, activations, estimator });
  const fill = () => quantized.setRanges({ activations: ranges.get(input.name)! });
  return { layers: [quantized], fill };
}

function quantizedLayer(
  node: LayerNode,
  scheme: Scheme,
  estimator: EstimatorName,
  method: CalibrationMethod,
  ranges: ActivationRanges,
): Replacement {
  const { layer } = node;
  const twin = twinOf(layer);
  const { weights, activations } = formatsIn(scheme, node);
  const copyWeights = () => twin.setWeights(layer.getWeights());
  if (!weights && !activations) return { layers: [twin], fill: copyWeights };

  const quantized = new QuantizedLayer({ layer: twin, weights, activations, estimator });
  const fill = () => {
    copyWeights();
    if (activations) quantized.setRanges({ activations: ranges.get(layer.name)! });
    if (weights) {
      const kernel = layer.getWeights()[0]!.dataSync();
      const channels = quantized.channels();
      const found = inLayer(layer.name, () => weightRange(kernel, channels, weights, method));
      quantized.setRanges({ weights: found });
    }
  };
  return { layers: [quantized], fill };
}
