import type { Dataset } from "../datasets/index.js";
import { checkExamples } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { twinOf } from "../models/rebuild.js";
import type { Layer } from "../models/topology.js";
import { QuantizedLayer } from "../qat/quantizedLayer.js";
import { tf } from "../tensorflow/index.js";
import { analyticShifts } from "./analyticShifts.js";
import { checkPair } from "./check.js";
import { eachBatch } from "./inputs.js";
import { linear } from "./linear.js";
import { duplicate, hasKernel, quantizedKernels } from "./network.js";

/** Options of {@link biasCorrection}. */
export interface BiasCorrectionOptions {
  /** Examples on which the outputs' means are compared. */
  calibration?: Dataset;
  /**
   * Whether the means come from batch normalization in place of examples. Only layers are corrected whose
   * inputs are a normalized layer's, through nothing but ReLU. Default false.
   */
  analytic?: boolean;
}

/**
 * Bias correction: rounded kernels shift the mean of a layer's outputs, channel by channel; the shift is
 * taken out of the bias. Layer after layer, each with the corrected ones before it.
 *
 * From examples, the shift is that of the outputs before the nonlinearity, E[ŷ] − E[y], with all that the
 * layers before do; analytically it is (Ŵ − W)·E[x], with E[x] the mean of a rectified normal distribution.
 * Nagel et al. 2019, arXiv:1906.04721, section 4.2, equations 17 to 19, and appendix D.
 *
 * @param model the float model that `quantized` was made of
 * @param quantized from {@link quantize} or {@link prepare}; neither model is changed
 * @returns a new quantized model; a layer without a bias has one
 * @throws TypeError for models that don't belong together, or `analytic` where no layer fits; RangeError for
 *   weights that aren't finite and examples of another shape
 * @example
 * const low = q.scheme({ weights: q.int(2, { per: "channel" }) });
 * const calibration = train.take(256);
 * const nearest = await q.quantize(model, low, { calibration });
 * const corrected = await q.ptq.biasCorrection(model, nearest, { calibration });
 * q.accuracy(corrected, test) > q.accuracy(nearest, test); // true (0.76 and 0.65)
 */
export async function biasCorrection(
  model: tf.LayersModel,
  quantized: tf.LayersModel,
  { calibration, analytic = false }: BiasCorrectionOptions = {},
): Promise<tf.LayersModel> {
  checkPair(model, quantized);
  if (!analytic) checkExamples(model, calibration!, "calibration");
  const float = foldBatchNorm(model);
  const corrected = duplicate(quantized, withBias);
  try {
    if (analytic) {
      for (const [layer, shift] of analyticShifts(model, float, corrected)) subtract(layer, shift);
    } else {
      for (const layer of quantizedKernels(corrected)) {
        subtract(layer, await measuredShift(float, corrected, layer, calibration!));
      }
    }
    return corrected;
  } catch (error) {
    corrected.dispose();
    throw error;
  } finally {
    float.dispose();
  }
}

/** How far the mean output of each channel is from the float layer's. */
async function measuredShift(
  float: tf.LayersModel,
  quantized: tf.LayersModel,
  layer: QuantizedLayer,
  calibration: Dataset,
): Promise<Float64Array> {
  const twin = float.getLayer(layer.name);
  const shift = new Float64Array(layer.channels());
  let positions = 0;
  const before = [
    { model: float, layer: twin },
    { model: quantized, layer: layer as Layer },
  ];
  await eachBatch(calibration, before, ([x, rounded]) => {
    const sums = tf.tidy(() => {
      const kernel = twin.getWeights()[0]!;
      const difference = linear(layer.inner, rounded!, layer.quantizedKernel()).sub(
        linear(twin, x!, kernel),
      );
      positions += difference.size / shift.length;
      return difference.reshape([-1, shift.length]).sum(0).dataSync();
    });
    shift.forEach((_, i) => {
      shift[i]! += sums[i]!;
    });
  });
  // A bias that an earlier correction moved counts as well.
  const [own, other] = [layer.inner, twin].map((one) => one.getWeights()[1]?.dataSync());
  return shift.map((sum, i) => sum / positions + own![i]! - (other?.[i] ?? 0));
}

function subtract(layer: QuantizedLayer, shift: Float64Array): void {
  tf.tidy(() => {
    const [kernel, bias, ...rest] = layer.getWeights();
    layer.setWeights([kernel!, bias!.sub(Float32Array.from(shift)), ...rest]);
  });
}

/** In place of a layer that has none: one with a bias of zeros. */
function withBias(layer: Layer) {
  if (!(layer instanceof QuantizedLayer) || !layer.weightFormat || !hasKernel(layer.inner)) {
    return undefined;
  }
  const { inner, weightFormat, activationFormat } = layer;
  if (inner.getConfig().useBias) return undefined;
  const twin = new QuantizedLayer({
    ...layer.options,
    layer: twinOf(inner, { useBias: true }),
    weights: weightFormat,
    activations: activationFormat,
  });
  const fill = () =>
    tf.tidy(() => {
      const [kernel, ...ranges] = layer.getWeights();
      twin.setWeights([kernel!, tf.zeros([layer.channels()]), ...ranges]);
    });
  return { layers: [twin], fill };
}
