import type { Layer } from "../models/topology.js";
import type { Link } from "./channels.js";
import { Parameters } from "./parameters.js";

/** @internal The parameters of each layer, read once. */
export type ParametersOf = (layer: Layer) => Parameters;

/** @internal Reads parameters at the first use, and writes all of them back at once. */
export function parametersOf(): { of: ParametersOf; writeAll: () => void } {
  const known = new Map<Layer, Parameters>();
  const of = (layer: Layer) => {
    if (!known.has(layer)) known.set(layer, new Parameters(layer));
    return known.get(layer)!;
  };
  return { of, writeAll: () => known.forEach((parameters) => void parameters.write()) };
}

/** @internal The largest absolute weight of each output channel. */
export function outputSizes(parameters: Parameters): Float64Array {
  const sizes = new Float64Array(parameters.outputs);
  parameters.kernel.forEach((weight, i) => {
    const channel = parameters.outputOf(i);
    sizes[channel] = Math.max(sizes[channel]!, Math.abs(weight));
  });
  return sizes;
}

/** @internal The largest absolute weight that any of the layers has for each of their input channels. */
export function inputSizes(all: Parameters[], channels: number): Float64Array {
  const sizes = new Float64Array(channels);
  for (const parameters of all) {
    parameters.kernel.forEach((weight, i) => {
      // A Flatten before a dense layer makes several inputs of a channel; channels come last.
      const channel = parameters.inputOf(i) % channels;
      sizes[channel] = Math.max(sizes[channel]!, Math.abs(weight));
    });
  }
  return sizes;
}

/** @internal Divides the output channels of a link by factors, and multiplies what reads them. */
export function rescale(
  { producer, consumers }: Link,
  factors: Float64Array,
  of: ParametersOf,
): void {
  const { layer, kernel, bias, outputs } = of(producer);
  const normalization = layer.getWeights()[0]!.rank === 1;
  kernel.forEach((_, i) => {
    kernel[i]! /= factors[normalization ? i : i % outputs]!;
  });
  bias?.forEach((_, i) => {
    bias[i]! /= factors[i]!;
  });
  for (const consumer of consumers) {
    const parameters = of(consumer);
    parameters.kernel.forEach((_, i) => {
      parameters.kernel[i]! *= factors[parameters.inputOf(i) % factors.length]!;
    });
  }
}
