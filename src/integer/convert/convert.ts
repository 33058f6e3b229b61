import { checkChoice, checkOptions } from "../../arguments/index.js";
import { checkModel } from "../../graph/index.js";
import { QuantizedLayer } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import { type InputData, inputsOf } from "../../train/index.js";
import { IntegerModel } from "../model/integerModel.js";
import type { KernelName } from "../program/index.js";
import { programOf } from "./program.js";
import { Ranges } from "./ranges.js";

/** Options of {@link convert}. */
export interface ConvertOptions {
  /**
   * Whose arithmetic the integers have: `"xnnpack"`, LiteRT's default and ONNX Runtime's; `"tflite-reference"` or
   * `"tflite-optimized"`, LiteRT's own kernels. Default `"xnnpack"`, which a prepared model agrees with.
   */
  kernel?: KernelName;
  /**
   * Examples on which ranges are found of values that the model leaves in float: its output, values before a
   * nonlinearity that isn't a clamp, values between two kernels of a layer; a few hundred do. Default: there are
   * none, and the output of the last layer with a kernel are its 32-bit accumulators.
   */
  calibration?: InputData;
  /**
   * The names of layers that stay in float, between the values of their input's codes and the codes of their output; a
   * pattern such as `"norm_*"` names several. Default: none, so that no layer computes with floats.
   */
  float?: readonly string[];
  /**
   * Whether TensorFlow sums the products, on float32 tensors that hold the codes: the same codes, several times as fast.
   * A layer is taken over only where its sums stay below 2²⁴ in size whatever the input is, so that float32 holds
   * them exactly; `nativeLayers` names the layers. Only for `"xnnpack"`. Default false.
   */
  native?: boolean;
}

/** The kernels, by name. */
const kernels: readonly KernelName[] = ["xnnpack", "tflite-reference", "tflite-optimized"];

/**
 * Converts a prepared or quantized model to one that computes with integers only: int8 weights and activations (or
 * int16 activations), int32 accumulators, biases on the grid s_x·s_w, and multipliers in place of scales. Jacob et
 * al. 2018, arXiv:1712.05877, sections 2.2 to 2.4; the roundings are those of the named kernel.
 *
 * The result is a tfjs Layers model for prediction: it quantizes its inputs, computes with codes, and dequantizes its
 * outputs. With few bits the biases' grid is coarse: `q.prepare(…, { biases: "grid" })` lets training see it. `q.accuracy`, `q.evaluate` and the analyses take it; {@link IntegerModel.trace} shows its integers.
 *
 * @param model from {@link prepare} or {@link quantize}; it isn't changed
 * @throws TypeError if a layer has no integer form, or if values have no range (the message names the layer and the
 *   way out); if the model isn't quantized
 * @example
 * q.convert(qat).kernel; // "xnnpack"
 */
export function convert(model: tf.LayersModel, options: ConvertOptions = {}): IntegerModel {
  checkOptions<ConvertOptions>("q.convert", options, {
    kernel: true,
    calibration: true,
    float: true,
    native: true,
  });
  checkModel(model);
  const { kernel = "xnnpack", calibration, float = [], native = false } = options;
  checkChoice("kernel", kernel, kernels);
  if (typeof native !== "boolean" || (native && kernel !== "xnnpack")) {
    throw new TypeError(
      `invalid native: ${native} with the kernel ${kernel} (expected true with "xnnpack" only, whose requantization TensorFlow can compute)`,
    );
  }
  if (model instanceof IntegerModel) {
    throw new TypeError(
      `invalid model: "${model.name}" computes with integers already (expected a model from q.prepare or q.quantize)`,
    );
  }
  if (!model.layers.some((layer) => layer instanceof QuantizedLayer)) {
    throw new TypeError(
      `invalid model: "${model.name}" has no quantized layers (expected a model from q.prepare or q.quantize, as in q.convert(await q.quantize(model, scheme, { calibration: train.take(256) })))`,
    );
  }
  const ranges = calibration
    ? Ranges.of(model, inputsOf(model, calibration, "calibration"))
    : Ranges.none();
  return new IntegerModel({ ...programOf(model, { ranges, kernel, float }), native });
}
