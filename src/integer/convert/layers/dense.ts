import type { Place } from "../context.js";
import { biasValues, kernelOf, linearTensors } from "./kernels.js";
import { withNonlinearity } from "./nonlinear.js";

/** Dense, on the last axis. */
export function dense(place: Place): number {
  const [inputs, outputs] = place.quantized.latent().shape as [number, number];
  const kernel = kernelOf(place, { order: [1, 0], shape: [outputs, inputs], axis: 0 });
  const bias = biasValues(place, outputs);
  return withNonlinearity(place, (grid, activation) => {
    const at = { kernel, bias, input: place.inputs[0]!, shape: place.shape, grid };
    const { inputs, output } = linearTensors(place, at);
    return place.builder.op(
      { type: "fullyConnected", layer: place.name, inputs, activation },
      output,
    );
  });
}
