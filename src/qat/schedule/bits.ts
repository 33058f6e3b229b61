import { withBits } from "../../quantizers/format.js";
import type { tf } from "../../tensorflow/index.js";
import { calibrate, calibrateWeights } from "../calibrate.js";
import { calibrationInputs } from "../calibrationData.js";
import { QuantizedLayer } from "../quantizedLayer.js";
import type { TensorQuantizer } from "../tensorQuantizer.js";
import { type BitSteps, bitStepsOf, type ScheduleOptions } from "./options.js";

/** @internal Gives the quantizers of a model the bits that they have after so many epochs. */
export async function setBits(
  model: tf.LayersModel,
  epochs: number,
  { bits, calibration, method = "mse" }: ScheduleOptions,
): Promise<void> {
  const { weights, activations } = bitStepsOf(bits);
  const layers = model.layers.filter((layer) => layer instanceof QuantizedLayer);
  let coarser = false;
  for (const layer of layers) {
    const { options } = layer;
    for (const quantizer of layer.quantizers) {
      const [steps, prepared] =
        quantizer.role === "weights"
          ? [weights, options.weights!.bits]
          : [activations, options.activations!.bits];
      const next = Math.max(prepared, steps ? bitsAfter(steps, epochs, prepared) : prepared);
      if (steps === undefined || quantizer.format.bits === next) continue;
      changeBits(quantizer, next);
      if (quantizer.role === "weights") calibrateWeights(layer, method);
      else coarser = true;
    }
  }
  if (!coarser || !calibration) return;
  await calibrate(model, { inputs: calibrationInputs(model, calibration), method });
}

function bitsAfter(steps: BitSteps, epochs: number, prepared: number): number {
  return steps.findLast(([after]) => after <= epochs)?.[1] ?? prepared;
}

/** The range is kept: what an estimator learns in its place, such as a step size, depends on the bits. */
function changeBits(quantizer: TensorQuantizer, bits: number): void {
  const range = quantizer.range();
  quantizer.format = withBits(quantizer.format, bits);
  if (quantizer.role === "activations") quantizer.write(range);
}

/** @internal @throws RangeError for steps below all that a model was prepared with */
export function checkBits(model: tf.LayersModel, bits: ScheduleOptions["bits"]): void {
  const layers = model.layers.filter((layer) => layer instanceof QuantizedLayer);
  const { weights, activations } = bitStepsOf(bits);
  for (const [role, steps] of Object.entries({ weights, activations })) {
    if (!steps) continue;
    const widths = layers.flatMap(
      ({ options }) => options[role as "weights" | "activations"]?.bits ?? [],
    );
    const least = Math.min(...widths);
    const wrong = steps.find(([, width]) => width < least);
    if (wrong) {
      throw new RangeError(
        `invalid bits: ${wrong[1]} for ${role} (the model was prepared with ${Number.isFinite(least) ? `at least ${least}` : "none"}; prepare it with the bits that the schedule ends with)`,
      );
    }
  }
}
