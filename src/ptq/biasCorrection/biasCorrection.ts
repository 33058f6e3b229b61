import { checkOptions } from "../../arguments/index.js";
import type { Layer } from "../../graph/index.js";
import { type Replacement, twinOf } from "../../graph/index.js";
import { biasOf, ruleOf, weightAt } from "../../layers/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";
import { type InputData, inputsOf } from "../../train/index.js";
import { changedCopy, type Models } from "../network/changedCopy.js";
import { checkPair } from "../network/check.js";
import { eachBatch } from "../network/inputs.js";
import { reportLeft } from "../network/left.js";
import { type MappedWeight, mappedWeights, quantizedLayers, seenBy } from "../network/network.js";
import { analyticMeans, analyticShifts } from "./analyticShifts.js";

/** Options of {@link biasCorrection}. */
export interface BiasCorrectionOptions {
  /** Examples on which the means of the outputs are compared. */
  calibration?: InputData;
  /**
   * Whether the means come from batch normalization in place of examples. Then only layers are corrected that
   * read a normalized layer's outputs through nothing but ReLU. Default false.
   */
  analytic?: boolean;
}

/**
 * Bias correction takes out of each layer's bias the shift that rounded kernels bring to the mean of the
 * layer's outputs, channel by channel. The layers are corrected one after the other, each with the inputs that
 * the corrected layers before it give.
 *
 * From examples, the shift is that of the outputs before the nonlinearity, E[ŷ] − E[y], which includes the
 * errors of the layers before; analytically the shift is (Ŵ − W)·E[x], with E[x] the mean of a rectified normal
 * distribution. Nagel et al. 2019, arXiv:1906.04721, section 4.2, equations 17 to 19, and appendix D.
 *
 * Layers without a linear map, or without a bias for each channel of their output (recurrent layers and
 * embeddings), stay as they are, and a warning names them.
 *
 * @param model the float model that `quantized` was made of
 * @param quantized from {@link quantize} or {@link prepare}; neither model is changed
 * @returns a new quantized model, in which a corrected layer that had no bias has one
 * @throws TypeError if the models don't belong together, or if `analytic` can correct no layer; RangeError if a
 *   weight isn't finite, or if examples don't have the shape of the model's input
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
  options: BiasCorrectionOptions = {},
): Promise<tf.LayersModel> {
  checkOptions<BiasCorrectionOptions>("q.ptq.biasCorrection", options, {
    calibration: true,
    analytic: true,
  });
  const { calibration, analytic = false } = options;
  checkPair(model, quantized);
  const examples = analytic ? [] : inputsOf(model, calibration as InputData, "calibration");
  reportLeft("biasCorrection", quantized, ({ inner }) => correctedWeight(inner) !== undefined);
  const able = quantizedLayers(quantized).filter(({ inner }) => correctedWeight(inner));
  const means = analytic ? analyticMeans(model, able) : undefined;
  const change = async ({ float, copy }: Models) => {
    if (means) {
      for (const [layer, shift] of analyticShifts(float, copy, means)) subtract(layer, shift);
      return;
    }
    for (const layer of quantizedLayers(copy)) {
      if (!correctedWeight(layer.inner)) continue;
      subtract(layer, await measuredShift(float, copy, layer, examples));
    }
  };
  return changedCopy(model, quantized, change, withBias);
}

/** The difference of each channel's mean output to that of the float layer. */
async function measuredShift(
  float: tf.LayersModel,
  quantized: tf.LayersModel,
  layer: QuantizedLayer,
  examples: readonly tf.Tensor[],
): Promise<Float64Array> {
  const twin = float.getLayer(layer.name);
  const weight = correctedWeight(layer.inner)!;
  const shift = new Float64Array(layer.channels(weight.path));
  let positions = 0;
  const before = [
    { model: float, layer: twin },
    { model: quantized, layer: layer as Layer },
  ];
  await eachBatch(examples, before, ([floats, rounded]) => {
    floats!.forEach((x, use) => {
      const sums = tf.tidy(() => {
        const kernel = weightAt(twin, weight.path).read();
        const y = rounded![use]!;
        const now = weight.linear(
          layer.inner,
          seenBy(layer, weight, y),
          layer.quantizedKernel(weight.path),
        );
        const difference = now.sub(weight.linear(twin, seenBy(twin, weight, x), kernel));
        positions += difference.size / shift.length;
        return difference.reshape([-1, shift.length]).sum(0).dataSync();
      });
      shift.forEach((_, i) => {
        shift[i]! += sums[i]!;
      });
    });
  });
  // The shift includes the change of the bias by an earlier correction.
  const [bias, floatBias] = [layer.inner, twin].map((owner) => biasOf(owner)?.read().dataSync());
  return shift.map((sum, i) => sum / positions + bias![i]! - (floatBias?.[i] ?? 0));
}

function subtract(layer: QuantizedLayer, shift: Float64Array): void {
  const bias = biasOf(layer.inner)!;
  tf.tidy(() => void bias.write(bias.read().sub(Float32Array.from(shift))));
}

/**
 * The weight that makes a layer's output, if the layer's rule names it and the layer has a bias or can have
 * one.
 */
function correctedWeight(layer: Layer): MappedWeight | undefined {
  const { bias, withBias } = ruleOf(layer);
  if (bias === undefined || !(biasOf(layer) || withBias)) return undefined;
  return mappedWeights(layer).find(({ to = "output" }) => to === "output");
}

/** A layer with a bias of zeros, in place of a layer without a bias. */
function withBias(layer: Layer): Replacement | undefined {
  if (!(layer instanceof QuantizedLayer) || !layer.weightFormat) return undefined;
  const { inner, weightFormat, activationFormat } = layer;
  if (!correctedWeight(inner) || biasOf(inner)) return undefined;
  const twin = new QuantizedLayer({
    ...layer.options,
    layer: twinOf(inner, ruleOf(inner).withBias!(inner)),
    weights: weightFormat,
    activations: activationFormat,
  });
  const fill = () =>
    tf.tidy(() => {
      const bias = biasOf(twin.inner)!;
      bias.write(tf.zeros(bias.shape as number[]));
      const others = twin.weights.filter((weight) => weight !== bias);
      others.forEach((weight, i) => {
        weight.write(layer.weights[i]!.read());
      });
    });
  return { layers: [twin], fill };
}
