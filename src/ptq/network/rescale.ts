import type { Layer } from "../../graph/index.js";
import type { Link } from "./channels.js";
import { Parameters, type Values } from "./parameters.js";

/** @internal The parameters of each layer, read once. */
export type ParametersOf = (layer: Layer) => Parameters;

/** @internal Reads parameters at the first use, and writes all of them back at once. */
export function parametersOf(): { of: ParametersOf; writeAll: () => void } {
  const read = new Map<Layer, Parameters>();
  const of = (layer: Layer) => {
    const parameters = read.get(layer) ?? new Parameters(layer);
    read.set(layer, parameters);
    return parameters;
  };
  return { of, writeAll: () => read.forEach((parameters) => void parameters.write()) };
}

/** @internal The largest absolute weight of each output channel. */
export function outputSizes({ making }: Parameters): Float64Array {
  const { values, outputs, outputOf } = making as Values;
  const sizes = new Float64Array(outputs);
  values.forEach((weight, i) => {
    const channel = outputOf[i]!;
    sizes[channel] = Math.max(sizes[channel]!, Math.abs(weight));
  });
  return sizes;
}

/** @internal The largest absolute weight that any of the layers has for each of their input channels. */
export function inputSizes(all: Parameters[], channels: number): Float64Array {
  const sizes = new Float64Array(channels);
  for (const { values, inputOf } of all.flatMap(({ reading }) => reading)) {
    values.forEach((weight, i) => {
      // After a Flatten, a dense layer has several inputs for each channel; channels come last.
      const channel = inputOf[i]! % channels;
      sizes[channel] = Math.max(sizes[channel]!, Math.abs(weight));
    });
  }
  return sizes;
}

/** @internal Divides the output channels of a link by factors, and multiplies the weights that read them. */
export function rescale(
  { producer, consumers }: Link,
  factors: Float64Array,
  of: ParametersOf,
): void {
  const { making, bias } = of(producer);
  const { values, outputOf } = making as Values;
  values.forEach((_, i) => {
    values[i]! /= factors[outputOf[i]!]!;
  });
  bias?.values.forEach((_, i) => {
    bias.values[i]! /= factors[i]!;
  });
  for (const { values, inputOf } of consumers.flatMap((consumer) => of(consumer).reading)) {
    values.forEach((_, i) => {
      values[i]! *= factors[inputOf[i]! % factors.length]!;
    });
  }
}

/** The smallest size that isn't negligible, relative to the largest. */
const least = 1e-3;

/** @internal Whether the size of a channel isn't negligible beside the sizes of the others. */
export function isAlive(sizes: Float64Array, channel: number): boolean {
  return sizes[channel]! > 0 && sizes[channel]! >= least * Math.max(...sizes);
}
