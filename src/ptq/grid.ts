import { channelAxis } from "../models/foldBatchNorm.js";
import type { QuantizedLayer } from "../qat/quantizedLayer.js";
import { affine, type Range } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";

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

/** @internal The grid of a layer's kernel; per tensor, each channel has the same. */
export function kernelGrid(layer: QuantizedLayer): KernelGrid {
  const format = layer.weightFormat!;
  const { scale, zeroPoint } = affine(format, layer.ranges().weights as Range);
  const channels = layer.channels();
  const one = scale.length === 1;
  return {
    scale: one ? new Float32Array(channels).fill(scale[0]!) : scale,
    zeroPoint: one ? new Int32Array(channels).fill(zeroPoint[0]!) : zeroPoint,
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

/** @internal Numbers of the output channels, of a shape that goes with the kernel's. */
export function channelTensor(layer: QuantizedLayer, values: ArrayLike<number>): tf.Tensor {
  const kernel = layer.inner.getWeights()[0]!;
  return tf.tensor(Float32Array.from(values), kernel.shape.slice(channelAxis(layer.inner)));
}

/** @internal Gives a layer a kernel on its grid: code for code, as {@link fakeQuantize} has it. */
export function setCodes(layer: QuantizedLayer, codes: ArrayLike<number>): void {
  const { scale, zeroPoint } = kernelGrid(layer);
  const channels = scale.length;
  const values = Float32Array.from(codes, (code, i) => {
    return scale[i % channels]! * (code - zeroPoint[i % channels]!);
  });
  tf.tidy(() => {
    const [kernel, ...rest] = layer.getWeights();
    layer.setWeights([tf.tensor(values, kernel!.shape), ...rest]);
  });
  layer.roundWeights();
}
