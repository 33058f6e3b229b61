import type { Dataset } from "../datasets/index.js";
import { checkExamples } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import type { QuantizedLayer } from "../qat/quantizedLayer.js";
import type { tf } from "../tensorflow/index.js";
import { checkNumber, checkPair } from "./check.js";
import { type KernelGrid, kernelGrid, setCodes } from "./grid.js";
import { outerProducts } from "./hessian.js";
import { eachBatch } from "./inputs.js";
import { duplicate, quantizedKernels } from "./network.js";
import { Parameters } from "./parameters.js";
import { type ColumnOptions, roundColumns } from "./roundColumns.js";

/** Options of {@link gptq}. */
export interface GptqOptions {
  /** Examples whose inputs to each layer make its Hessian; a few hundred do. */
  calibration: Dataset;
  /** What is added to the Hessian's diagonal, as a share of its mean. Default 0.01. */
  damping?: number;
  /**
   * Whether the inputs go in the order of their squares' sum, the largest first (`actorder` in the paper's
   * program). Default false: as they stand.
   */
  activationOrder?: boolean;
}

/**
 * GPTQ: rounds the weights of one input after the other, and corrects the weights still to come for the
 * error, so that a layer's outputs change least. The Hessian is Σ x·xᵀ over the inputs that the layer has
 * in the quantized model, a convolution's patches. Frantar et al. 2023, arXiv:2210.17323, algorithm 1.
 *
 * Codes are those of the authors' program on the same Hessian, but that an input which never was other
 * than 0 keeps its weights, rounded to nearest (there they become 0).
 *
 * @param model the float model that `quantized` was made of
 * @param quantized from {@link quantize} or {@link prepare}: its ranges are used; neither model is changed
 * @returns a new quantized model
 * @throws TypeError for models that don't belong together; RangeError for a damping below 0, examples of
 *   another shape, weights that aren't finite, and a Hessian that takes more damping
 * @example
 * const options = { calibration: train.take(256), method: "minmax" } as const;
 * const nearest = await q.quantize(model, q.scheme({ weights: q.int(3) }), options);
 * const rounded = await q.ptq.gptq(model, nearest, { calibration: options.calibration });
 * q.accuracy(rounded, test) > q.accuracy(nearest, test); // true (0.9 and 0.5)
 */
export async function gptq(
  model: tf.LayersModel,
  quantized: tf.LayersModel,
  { calibration, damping = 0.01, activationOrder = false }: GptqOptions = {} as GptqOptions,
): Promise<tf.LayersModel> {
  checkPair(model, quantized);
  checkExamples(model, calibration, "calibration");
  checkNumber("damping", damping, 0, 1e6);
  const float = foldBatchNorm(model);
  const rounded = duplicate(quantized);
  try {
    for (const layer of quantizedKernels(rounded)) {
      const hessian = await hessianOf(rounded, layer, calibration);
      const parameters = new Parameters(float.getLayer(layer.name));
      const options = { damping, activationOrder };
      try {
        setCodes(layer, codesOf(parameters, hessian, kernelGrid(layer), options));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new RangeError(`cannot round layer "${layer.name}": ${why}`, { cause: error });
      }
    }
    return rounded;
  } catch (error) {
    rounded.dispose();
    throw error;
  } finally {
    float.dispose();
  }
}

/** `[groups, k, k]`, flat. */
async function hessianOf(
  model: tf.LayersModel,
  layer: QuantizedLayer,
  calibration: Dataset,
): Promise<Float64Array> {
  let hessian = new Float64Array(0);
  await eachBatch(calibration, [{ model, layer }], ([inputs]) => {
    const products = outerProducts(layer.inner, inputs!);
    const values = products.dataSync();
    if (hessian.length === 0) hessian = new Float64Array(values.length);
    values.forEach((value, i) => {
      hessian[i]! += value;
    });
    products.dispose();
  });
  return hessian;
}

/** A depthwise kernel is a matrix for each input channel, any other is one. */
function codesOf(
  { kernel, shape, outputs }: Parameters,
  hessian: Float64Array,
  { scale, zeroPoint, ...ends }: KernelGrid,
  options: ColumnOptions,
): Int32Array {
  const n = shape.at(-1)!;
  const groups = outputs / n;
  const k = kernel.length / outputs;
  const codes = new Int32Array(kernel.length);
  for (let group = 0; group < groups; group++) {
    // Row r of the group's matrix.
    const start = (row: number) => row * outputs + group * n;
    const weights = new Float64Array(k * n);
    for (let row = 0; row < k; row++)
      weights.set(kernel.subarray(start(row), start(row) + n), row * n);
    const part = <T extends Float32Array | Int32Array>(list: T) =>
      list.subarray(group * n, (group + 1) * n) as T;
    const grid = { ...ends, scale: part(scale), zeroPoint: part(zeroPoint) };
    const own = hessian.slice(group * k * k, (group + 1) * k * k);
    const rounded = roundColumns(weights, own, grid, options);
    for (let row = 0; row < k; row++)
      codes.set(rounded.subarray(row * n, (row + 1) * n), start(row));
  }
  return codes;
}
