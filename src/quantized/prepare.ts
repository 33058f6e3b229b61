import { checkChoice, checkOptions } from "../arguments/index.js";
import { type CalibrationMethod, observer } from "../calibration/index.js";
import type { GradientFormat } from "../estimators/index.js";
import { gradientFormat } from "../estimators/index.js";
import {
  checkModel,
  checkTrainable,
  copyWeights,
  foldBatchNorm,
  freeName,
  type LayerNode,
  type Replacement,
  rebuild,
  topology,
  twinOf,
} from "../graph/index.js";
import type { Scheme } from "../quantizers/index.js";
import { checkScheme } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import { type InputData, inputsOf } from "../train/index.js";
import { joinBatchNorm } from "./batchNorm/joinBatchNorm.js";
import { checkBiases } from "./biases/checkBiases.js";
import { calibrate } from "./calibrate.js";
import { checkLayers, formatsIn, isNamedOutput, leavesOut } from "./layerFormats.js";
import {
  type Biases,
  checkBiasesOption,
  type EstimatorOption,
  estimatorOf,
} from "./layerOptions.js";
import { type MovingAverageOption, momentumOf } from "./movingAverage.js";
import { QuantizedLayer, type QuantizedLayerOptions } from "./quantizedLayer.js";
import { checkSupported, hasWeights, quantizesOutput } from "./roles.js";
import { warnAtPrediction } from "./warnings.js";

/** Options of {@link prepare}. */
export interface PrepareOptions {
  /**
   * Examples on which the ranges of activations are found; a few hundred do: a data set, or `{ xs }` with a tensor
   * for each input of the model.
   */
  calibration: InputData;
  /** How ranges are found, as {@link observer} names it. Default `"mse"`, the least squared error. */
  method?: CalibrationMethod;
  /**
   * How gradients pass through rounding: a name, as `q.estimators.names()` lists them, a name with options
   * (`{ name: "dsq", alpha: 0.1 }`), an estimator of your own, or `{ weights, activations }`. Default `"clippedSte"`, the clipped straight-through estimator.
   */
  estimator?: EstimatorOption;
  /**
   * Whether ranges that the estimator doesn't learn follow the values in training, as PyTorch's and TensorFlow's
   * moving-average observers do: `true` or `{ momentum: 0.99 }` moves each range towards the range of every batch, and
   * the range of a weight towards that weight's range in every step. Default false: ranges stay as calibrated.
   */
  movingAverage?: MovingAverageOption;
  /**
   * `"fold"`: batch normalization is folded into the layer before it, once and for all; `"train"`: it goes
   * on training, and each step folds it with the statistics of the batch (see `q.qat.TrainedBatchNorm`). Batch
   * normalization that follows a layer of several kernels, or none, stays in float. Default `"fold"`.
   */
  batchNorm?: "fold" | "train";
  /**
   * Quantizes the gradients of the outputs of layers with weights in the backward pass, as in `{ bits: 4, rounding:
   * "stochastic", per: "sample" }`. Default: they stay in float32.
   */
  gradients?: GradientFormat;
  /**
   * `"grid"`: a layer computes with its bias rounded to s_x · s_w, the scale of its input times that of its kernel, on
   * which an integer model stores the bias, so that training sees what will be deployed. A warning names layers
   * whose biases stay in float: those whose input isn't quantized, recurrent and separable layers. Default `"float"`.
   */
  biases?: Biases;
}

/**
 * Makes a model ready for quantization-aware training: batch normalization is folded, weights, the
 * input and the outputs of layers are fake-quantized in the forward pass, and gradients pass through
 * the rounding. Train the result with {@link fit}. Ranges are those of the calibration and stay, unless the
 * estimator learns them or an observer follows them.
 *
 * Biases and the model's output aren't quantized unless `biases` or the scheme's `layers` say so; a value that only a
 * nonlinearity reads is quantized after the nonlinearity. Jacob et al. 2018, arXiv:1712.05877, section 3. Recurrent
 * layers quantize both kernels, once in a step, and their hidden state after each time step. Inputs of a concatenation share its range. Batch
 * normalization that doesn't follow a linear layer stays in float32. Padding that a mask covers isn't
 * calibrated.
 *
 * @param model sequential or functional, of tfjs's layers and `q.models.layers`; it isn't changed. Layers
 *   of other types are named in the scheme's `exclude`, or made known by `q.registerLayer`
 * @param scheme the formats, from {@link scheme}
 * @returns a new tfjs Layers model that shares nothing with the given one
 * @throws TypeError if a layer can't be quantized or trained (the message names the layer); RangeError if the
 *   calibration examples have another shape, if values aren't finite, or if the scheme names layers that the
 *   model lacks
 * @example
 * const qat = await q.prepare(model, scheme, { calibration: train.take(256) });
 * await q.fit(qat, train, { epochs: 15 });
 * q.accuracy(qat, test); // 0.9 (W3A3; 0.96 in float, 0.8 without training)
 */
export async function prepare(
  model: tf.LayersModel,
  scheme: Scheme,
  options: PrepareOptions = {} as PrepareOptions,
): Promise<tf.LayersModel> {
  checkOptions<PrepareOptions>(
    "q.prepare",
    options,
    {
      calibration: true,
      method: true,
      estimator: true,
      movingAverage: true,
      batchNorm: true,
      gradients: true,
      biases: true,
    },
    { observer: "movingAverage, as in { movingAverage: true }" },
  );
  checkModel(model);
  checkTrainable(model);
  return quantizedTwin(model, scheme, options);
}

/** @internal Does the same as {@link prepare}, also for a model with layers that can't be trained. */
export async function quantizedTwin(
  model: tf.LayersModel,
  scheme: Scheme,
  {
    calibration,
    method = "mse",
    estimator = "clippedSte",
    movingAverage: following,
    batchNorm = "fold",
    gradients,
    biases = "float",
  }: PrepareOptions,
): Promise<tf.LayersModel> {
  checkModel(model);
  checkScheme(scheme);
  for (const node of topology(model, shared)) if (!leavesOut(scheme, node)) checkSupported(node);
  const inputs = inputsOf(model, calibration, "calibration");
  observer(method);
  const chosen = {
    scheme,
    layer: {
      estimator: {
        weights: estimatorOf(estimator, "weights"),
        activations: estimatorOf(estimator, "activations"),
      },
      momentum: momentumOf(following),
      biases,
    },
    gradients: gradients && gradientFormat(gradients),
  };
  checkBiasesOption(biases);
  checkChoice("batchNorm", batchNorm, ["fold", "train"]);
  const folded = batchNorm === "train" ? joinBatchNorm(model) : foldBatchNorm(model);
  try {
    const nodes = topology(folded, shared);
    checkLayers(scheme, nodes);
    const settings: Settings = { ...chosen, names: new Set(nodes.map(({ name }) => name)) };
    const prepared = rebuild(folded, (node) =>
      node.inputs.length === 0 ? quantizedInput(node, settings) : quantizedLayer(node, settings),
    );
    try {
      if (biases === "grid") checkBiases(prepared, model);
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

interface Settings {
  scheme: Scheme;
  layer: Pick<QuantizedLayerOptions, "estimator" | "momentum" | "biases">;
  gradients: GradientFormat | undefined;
  /** The names of the model's layers. */
  names: ReadonlySet<string>;
}

/** The layer after an input, which does nothing but quantize. */
function quantizedInput(node: LayerNode, settings: Settings): Replacement {
  const { activations } = formatsIn(settings.scheme, node);
  if (!activations) return { layers: [] };
  const name = freeName(`${node.layer.name}_quantized`, settings.names);
  const layer = tf.layers.activation({ name, activation: "linear" });
  return { layers: [new QuantizedLayer({ ...settings.layer, layer, activations })] };
}

function quantizedLayer(node: LayerNode, settings: Settings): Replacement {
  const { layer } = node;
  const twin = twinOf(layer);
  const { weights, activations } = formatsIn(settings.scheme, node);
  const multiplies = !leavesOut(settings.scheme, node) && hasWeights(layer);
  const gradients = multiplies ? settings.gradients : undefined;
  const fill = () => copyWeights(layer, twin);
  if (!weights && !activations && !gradients) return { layers: [twin], fill };

  const output = node.uses.some(
    (use) => quantizesOutput(use) || isNamedOutput(settings.scheme, use),
  );
  const formats = { weights, activations, output, gradients };
  const quantized = new QuantizedLayer({ ...settings.layer, ...formats, layer: twin });
  return { layers: [quantized], fill };
}
