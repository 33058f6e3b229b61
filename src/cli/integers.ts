import type { Dataset } from "../datasets/index.js";
import { quantizeFor, type TfliteMode } from "../export/index.js";
import { convert, IntegerModel, type KernelName } from "../integer/index.js";
import { QuantizedLayer } from "../quantized/index.js";
import type { tf } from "../tensorflow/index.js";

/** The arithmetics with integers. */
export type IntegerMode = Exclude<TfliteMode, "float" | "dynamic">;

/**
 * A model as integers: an integer model as it is, a prepared one converted, and a float model quantized first.
 *
 * @throws TypeError if a float model comes without calibration examples, or if a layer has no integer form
 */
export async function integersOf(
  model: tf.LayersModel,
  {
    mode = "int8",
    calibration,
    kernel,
  }: { mode?: IntegerMode | undefined; calibration?: Dataset | undefined; kernel?: KernelName },
): Promise<IntegerModel> {
  if (model instanceof IntegerModel) return kernel ? model.as(kernel) : model;
  const isQuantized = model.layers.some((layer) => layer instanceof QuantizedLayer);
  if (isQuantized) return convert(model, { kernel, calibration });
  if (!calibration) {
    throw new TypeError(
      `model "${model.name}" computes in float, and integers need ranges of its values (name examples, as in --calibration flowers.csv:species)`,
    );
  }
  return convert(await quantizeFor(model, mode, calibration), { kernel, calibration });
}
