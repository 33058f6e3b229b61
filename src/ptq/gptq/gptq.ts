import { checkNumber, checkOptions } from "../../arguments/index.js";
import { type Layer, matricesOf, weightAt } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { type InputData, inputsOf } from "../../train/index.js";
import { recodedCopy } from "../network/changedCopy.js";
import { checkPair } from "../network/check.js";
import { eachBatch } from "../network/inputs.js";
import { kernelGrid } from "../network/kernelGrid.js";
import { type QuantizedWeight, seenBy } from "../network/network.js";
import { outerProducts } from "./hessian.js";
import { type ColumnOptions, roundColumns } from "./roundColumns.js";

/** Options of {@link gptq}. */
export interface GptqOptions {
  /** Examples from which the Hessian of each layer is computed; a few hundred are enough. */
  calibration: InputData;
  /** The share of the mean of the Hessian's diagonal that is added to the diagonal. Default 0.01. */
  damping?: number;
  /**
   * Whether the input with the largest sum of squares is rounded first, and so on (`actorder` in the paper's
   * program). Default false: inputs are rounded in the order of the kernel.
   */
  activationOrder?: boolean;
}

/**
 * GPTQ rounds the weights of one input after the other, and corrects the weights still to be rounded for the
 * error, so that a layer's outputs change least. The Hessian is Σ x·xᵀ over the layer's inputs in the quantized
 * model (for a convolution, its patches), and over all places where the layer is used. Frantar et al. 2023,
 * arXiv:2210.17323, algorithm 1.
 *
 * Weights without a linear map (those of recurrent layers and embeddings) stay as they were rounded, and a
 * warning names them.
 *
 * The codes are those of the authors' program on the same Hessian, with one exception: the weights of an input
 * that was always 0 are rounded to nearest (the authors' program sets them to 0).
 *
 * @param model the float model that `quantized` was made of
 * @param quantized from {@link quantize} or {@link prepare}: its ranges are used; neither model is changed
 * @returns a new quantized model
 * @throws TypeError if the models don't belong together, or no quantized weight has a linear map; RangeError if
 *   `damping` is below 0, if examples don't have the shape of the model's input, if a weight isn't finite, or
 *   if a Hessian needs more damping
 * @example
 * const options = { calibration: train.take(256), method: "minmax" } as const;
 * const nearest = await q.quantize(model, q.scheme({ weights: q.int(3) }), options);
 * const rounded = await q.ptq.gptq(model, nearest, { calibration: options.calibration });
 * q.accuracy(rounded, test) > q.accuracy(nearest, test); // true (0.9 and 0.5)
 */
export async function gptq(
  model: tf.LayersModel,
  quantized: tf.LayersModel,
  options: GptqOptions = {} as GptqOptions,
): Promise<tf.LayersModel> {
  checkOptions<GptqOptions>("q.ptq.gptq", options, {
    calibration: true,
    damping: true,
    activationOrder: true,
  });
  const { calibration, damping = 0.01, activationOrder = false } = options;
  checkPair(model, quantized);
  const examples = inputsOf(model, calibration, "calibration");
  checkNumber("damping", damping, { from: 0, to: 1e6 });
  return recodedCopy("gptq", { model, quantized }, async (weight, { float, copy }) => {
    const { layer } = weight;
    const hessian = await hessianOf(copy, weight, examples);
    const kernel = floatValues(float.getLayer(layer.name), weight);
    try {
      return codesOf(kernel, hessian, weight, { damping, activationOrder });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new RangeError(`cannot round layer "${layer.name}": ${why}`, { cause: error });
    }
  });
}

function floatValues(twin: Layer, { weight }: QuantizedWeight): Float64Array {
  return Float64Array.from(weightAt(twin, weight.path).read().dataSync());
}

/** The Hessian, flat, of shape `[groups, k, k]`: the sum over all places where the layer is used. */
async function hessianOf(
  model: tf.LayersModel,
  { layer, weight }: QuantizedWeight,
  examples: readonly tf.Tensor[],
): Promise<Float64Array> {
  let hessian = new Float64Array(0);
  await eachBatch(examples, [{ model, layer }], ([uses]) => {
    for (const x of uses!) {
      const products = tf.tidy(() => outerProducts(layer.inner, weight, seenBy(layer, weight, x)));
      const values = products.dataSync();
      if (hessian.length === 0) hessian = new Float64Array(values.length);
      values.forEach((value, i) => {
        hessian[i]! += value;
      });
      products.dispose();
    }
  });
  return hessian;
}

/**
 * The codes of a kernel: a depthwise kernel has a matrix for each input channel, all others have a single
 * matrix.
 */
function codesOf(
  kernel: Float64Array,
  hessian: Float64Array,
  quantizedWeight: QuantizedWeight,
  options: ColumnOptions,
): Int32Array {
  const { layer, weight } = quantizedWeight;
  const shape = layer.latent(weight.path).shape as number[];
  const { groups, rows: k, columns: n, order } = matricesOf(shape, weight);
  const { scale, zeroPoint, ...ends } = kernelGrid(quantizedWeight);
  const codes = new Int32Array(kernel.length);
  for (let group = 0; group < groups; group++) {
    const places = order.subarray(group * k * n, (group + 1) * k * n);
    const weights = Float64Array.from(places, (place) => kernel[place]!);
    const ofGroup = <T extends Float32Array | Int32Array>(list: T) =>
      list.subarray(group * n, (group + 1) * n) as T;
    const grid = { ...ends, scale: ofGroup(scale), zeroPoint: ofGroup(zeroPoint) };
    const groupHessian = hessian.slice(group * k * k, (group + 1) * k * k);
    const rounded = roundColumns(weights, groupHessian, grid, options);
    places.forEach((place, i) => {
      codes[place] = rounded[i]!;
    });
  }
  return codes;
}
