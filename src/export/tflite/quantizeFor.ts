import { quantize } from "../../ptq/index.js";
import { int, type Scheme, scheme, uint } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { InputData } from "../../train/index.js";
import type { TfliteMode } from "./tflite.js";

type IntegerMode = Exclude<TfliteMode, "float" | "dynamic">;

/** The formats of each mode, as TensorFlow's converter chooses them: weights have a scale for each output channel. */
const schemes: Record<IntegerMode, () => Scheme> = {
  int8: () => scheme({ weights: int(8, { per: "channel" }), activations: uint(8) }),
  int4: () => scheme({ weights: int(4, { per: "channel" }), activations: uint(8) }),
  int16x8: () => scheme({ weights: int(8, { per: "channel" }), activations: int(16) }),
};

/** A float model, quantized for a mode on calibration examples. */
export function quantizeFor(
  model: tf.LayersModel,
  mode: IntegerMode,
  calibration: InputData,
): Promise<tf.LayersModel> {
  return quantize(model, schemes[mode](), { calibration });
}
