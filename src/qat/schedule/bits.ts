import type { TensorQuantizer } from "../../quantized/index.js";
import { calibrate, calibrateWeights, QuantizedLayer } from "../../quantized/index.js";
import { withBits } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import { inputsOf } from "../../train/index.js";
import { type BitSteps, bitStepsOf, type ScheduleOptions } from "./options.js";

/** @internal Gives the quantizers of a model their bits after a number of epochs. */
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
  await calibrate(model, { inputs: inputsOf(model, calibration, "calibration"), method });
}

function bitsAfter(steps: BitSteps, epochs: number, prepared: number): number {
  return steps.findLast(([after]) => after <= epochs)?.[1] ?? prepared;
}

/**
 * Changes the bits and keeps the range, on which parameters that an estimator learns, such as a step size,
 * depend.
 */
function changeBits(quantizer: TensorQuantizer, bits: number): void {
  const range = quantizer.range();
  quantizer.format = withBits(quantizer.format, bits);
  if (quantizer.role !== "activations" || quantizer.withoutRange) return;
  quantizer.write(range);
}

/** @internal @throws RangeError if a step has fewer bits than every quantizer was prepared with */
export function checkBits(model: tf.LayersModel, bits: ScheduleOptions["bits"]): void {
  const layers = model.layers.filter((layer) => layer instanceof QuantizedLayer);
  const { weights, activations } = bitStepsOf(bits);
  for (const [role, steps] of Object.entries({ weights, activations })) {
    if (!steps) continue;
    const widths = layers.flatMap(
      ({ options }) => options[role as "weights" | "activations"]?.bits ?? [],
    );
    const least = Math.min(...widths);
    const tooFew = steps.find(([, width]) => width < least);
    if (tooFew) {
      throw new RangeError(
        `invalid bits: ${tooFew[1]} for ${role} (the model was prepared with ${Number.isFinite(least) ? `at least ${least}` : "none"}; prepare it with the bits that the schedule ends with)`,
      );
    }
  }
}
