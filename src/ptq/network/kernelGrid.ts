import { alongChannels, indexAlong } from "../../layers/index.js";
import { affine } from "../../quantizers/index.js";
import { tf } from "../../tensorflow/index.js";
import type { QuantizedWeight } from "./network.js";

/**
 * The values that a layer's kernel may have: scale · (code − zeroPoint), one scale and zero point for
 * each output channel.
 */
export interface KernelGrid {
  scale: Float32Array;
  zeroPoint: Int32Array;
  smallest: number;
  largest: number;
}

/**
 * @internal
 * The grid of a weight; with one range for the tensor, all channels have the same scale and zero point.
 */
export function kernelGrid({ layer, weight: { path } }: QuantizedWeight): KernelGrid {
  const quantizer = layer.weightQuantizers.get(path)!;
  const { format } = quantizer;
  const { scale, zeroPoint } = affine(format, quantizer.range());
  const channels = layer.channels(path);
  const perTensor = scale.length === 1;
  return {
    scale: perTensor ? new Float32Array(channels).fill(scale[0]!) : scale,
    zeroPoint: perTensor ? new Int32Array(channels).fill(zeroPoint[0]!) : zeroPoint,
    smallest: format.smallest,
    largest: format.largest,
  };
}

/** @internal The nearest code to a value divided by the scale; halves go up. */
export function nearestCode(
  steps: number,
  zeroPoint: number,
  { smallest, largest }: Pick<KernelGrid, "smallest" | "largest">,
): number {
  return Math.min(largest, Math.max(smallest, Math.floor(steps + 0.5) + zeroPoint));
}

/** @internal The output channel of each number of a weight. */
export function channelsOf({ layer, weight }: QuantizedWeight): Int32Array {
  return indexAlong(layer.latent(weight.path).shape as number[], weight.outputs);
}

/** @internal A tensor of a value for each output channel, in a shape that broadcasts to the weight's. */
export function channelTensor(
  { layer, weight }: QuantizedWeight,
  values: ArrayLike<number>,
): tf.Tensor {
  const shape = layer.latent(weight.path).shape as number[];
  return alongChannels(tf.tensor(Float32Array.from(values)), shape, weight.outputs);
}

/** @internal Writes the values of codes into a layer's weight, on the grid that {@link fakeQuantize} rounds to. */
export function setCodes(quantized: QuantizedWeight, codes: ArrayLike<number>): void {
  const { layer, weight } = quantized;
  const { scale, zeroPoint } = kernelGrid(quantized);
  const channels = channelsOf(quantized);
  const values = Float32Array.from(codes, (code, i) => {
    const channel = channels[i]!;
    return scale[channel]! * (code - zeroPoint[channel]!);
  });
  const latent = layer.latent(weight.path);
  tf.tidy(() => void latent.write(tf.tensor(values, latent.shape as number[])));
  layer.roundWeights();
}
