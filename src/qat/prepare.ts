import { type CalibrationMethod, observer } from "../calibration/index.js";
import type { GradientFormat } from "../estimators/index.js";
import { gradientFormat } from "../estimators/quantizeGradient.js";
import { checkModel } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { type Replacement, rebuild, twinOf } from "../models/rebuild.js";
import { type LayerNode, topology } from "../models/topology.js";
import type { Scheme } from "../quantizers/index.js";
import { checkScheme } from "../quantizers/scheme.js";
import { tf } from "../tensorflow/index.js";
import { fuseBatchNorm } from "./batchNorm/fuseBatchNorm.js";
import { calibrate } from "./calibrate.js";
import { type CalibrationData, calibrationInputs } from "./calibrationData.js";
import { checkLayers, formatsIn, leavesOut } from "./formats.js";
import { type EstimatorOption, estimatorOf } from "./layerOptions.js";
import { momentumOf, type ObserverOption } from "./observerOption.js";
import { QuantizedLayer, type QuantizedLayerOptions } from "./quantizedLayer.js";
import { checkSupported, hasWeights, quantizesOutput } from "./roles.js";
import { warnAtPrediction } from "./warnings.js";

/** Options of {@link prepare}. */
export interface PrepareOptions {
  /**
   * Examples on which the ranges of activations are found; a few hundred do: a data set, or `{ xs }` with a tensor
   * for each input of the model.
   */
  calibration: CalibrationData;
  /** How ranges are found, as {@link observer} names it. Default `"mse"`, the least squared error. */
  method?: CalibrationMethod;
  /**
   * How gradients pass through rounding: a name, as `q.estimators.names()` lists them, an estimator, or
   * `{ weights, activations }`. Default `"clippedSte"`, the clipped straight-through estimator.
   */
  estimator?: EstimatorOption;
  /**
   * How ranges go on in training, where the estimator doesn't learn them: `"ema"`, or `{ name: "ema",
   * momentum: 0.99 }`, by a moving average of each batch's (and of each step's weights'), as PyTorch's and TensorFlow's
   * observers do. Default: they stay as calibrated.
   */
  observer?: ObserverOption;
  /**
   * `"fold"`: batch normalization is folded into the layer before it, once and for all; `"train"`: it is
   * trained on, folded in each step with the statistics of the batch, see `q.qat.FoldedBatchNorm`; that is
   * after Conv1D, Conv2D, DepthwiseConv2D and Dense, elsewhere it stays in float. Default `"fold"`.
   */
  batchNorm?: "fold" | "train";
  /**
   * Quantizes the gradients of the outputs of layers with weights in the backward pass, as in `{ bits: 4, rounding:
   * "stochastic", per: "sample" }`. Default: they stay in float32.
   */
  gradients?: GradientFormat;
}

/**
 * Makes a model ready for quantization-aware training: batch normalization is folded, weights, the
 * input and the outputs of layers are fake-quantized in the forward pass, and gradients pass through
 * the rounding. Train the result with {@link fit}. Ranges are those of the calibration and stay, unless the
 * estimator learns them or an observer follows them.
 *
 * Not quantized are biases and the model's output; what goes only into a nonlinearity is quantized
 * after it. Jacob et al. 2018, arXiv:1712.05877, section 3. Recurrent layers quantize both kernels, once in a step, and
 * their hidden state after each time step. Inputs of a concatenation share its range. Batch normalization that doesn't
 * follow a linear layer stays in float32.
 *
 * @param model sequential or functional, of tfjs's layers and `q.models.layers`; it isn't changed. Layers
 *   of other types are named in the scheme's `exclude`, or made known by `q.qat.register`
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
  {
    calibration,
    method = "mse",
    estimator = "clippedSte",
    observer: following,
    batchNorm = "fold",
    gradients,
  }: PrepareOptions = {} as PrepareOptions,
): Promise<tf.LayersModel> {
  checkModel(model);
  checkScheme(scheme);
  for (const node of topology(model, shared)) if (!leavesOut(scheme, node)) checkSupported(node);
  const inputs = calibrationInputs(model, calibration);
  observer(method);
  const how: How = {
    scheme,
    layer: {
      estimator: {
        weights: estimatorOf(estimator, "weights"),
        activations: estimatorOf(estimator, "activations"),
      },
      momentum: momentumOf(following),
    },
    gradients: gradients && gradientFormat(gradients),
  };
  if (batchNorm !== "fold" && batchNorm !== "train") {
    throw new TypeError(`invalid batchNorm: ${batchNorm} (expected "fold" or "train")`);
  }
  const folded = batchNorm === "train" ? fuseBatchNorm(model) : foldBatchNorm(model);
  try {
    checkLayers(scheme, topology(folded, shared));
    const prepared = rebuild(folded, (node) =>
      node.inputs.length === 0 ? quantizedInput(node, how) : quantizedLayer(node, how),
    );
    try {
      await calibrate(prepared, { inputs, method });
    } catch (error) {
      prepared.dispose();
      throw error;
    }
    return warnAtPrediction(prepared);
  } finally {
    folded.dispose();
  }
}

/** Layers may be used in several places. */
const shared = { shared: true };

interface How {
  scheme: Scheme;
  layer: Pick<QuantizedLayerOptions, "estimator" | "momentum">;
  gradients: GradientFormat | undefined;
}

/** After an input: a layer that does nothing but quantize. */
function quantizedInput(node: LayerNode, how: How): Replacement {
  const { activations } = formatsIn(how.scheme, node);
  if (!activations) return { layers: [] };
  const name = `${node.layer.name}_quantized`;
  const layer = tf.layers.activation({ name, activation: "linear" });
  return { layers: [new QuantizedLayer({ ...how.layer, layer, activations })] };
}

function quantizedLayer(node: LayerNode, how: How): Replacement {
  const { layer } = node;
  const twin = twinOf(layer);
  const { weights, activations } = formatsIn(how.scheme, node);
  const multiplies = !leavesOut(how.scheme, node) && hasWeights(layer);
  const gradients = multiplies ? how.gradients : undefined;
  const copyWeights = () => twin.setWeights(layer.getWeights());
  if (!weights && !activations && !gradients) return { layers: [twin], fill: copyWeights };

  const output = node.uses.some(quantizesOutput);
  const formats = { weights, activations, output, gradients };
  const quantized = new QuantizedLayer({ ...how.layer, ...formats, layer: twin });
  return { layers: [quantized], fill: copyWeights };
}
