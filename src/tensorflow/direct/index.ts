import type * as tfjs from "@tensorflow/tfjs";
import type { TensorInfo } from "@tensorflow/tfjs";
import { binaryKernels } from "./binary.js";
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from "./convolution.js";
import { depthwise, depthwiseBackpropFilter, depthwiseBackpropInput } from "./depthwise.js";
import { fusedConv2d, fusedDepthwise, fusedMatMul } from "./fused.js";
import type { DirectKernel, KernelCall } from "./kernel.js";
import { concat, gather, pad, slice, split, tile, transpose, unpack } from "./layout.js";
import { matMul } from "./matMul.js";
import { avgPool, avgPoolGrad, maxPool, maxPoolGrad } from "./pooling.js";
import { reduceKernels } from "./reduce.js";
import { softmax } from "./softmax.js";
import { unaryKernels } from "./unary.js";

/** @internal The kernels by the names under which tfjs's engine finds them. */
export const directKernels: Readonly<Record<string, DirectKernel<TensorInfo | TensorInfo[]>>> = {
  ...unaryKernels,
  ...binaryKernels,
  ...reduceKernels,
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  DepthwiseConv2dNative: depthwise,
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
  FusedConv2D: fusedConv2d,
  FusedDepthwiseConv2D: fusedDepthwise,
  _FusedMatMul: fusedMatMul,
  BatchMatMul: matMul,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,
  AvgPool: avgPool,
  AvgPoolGrad: avgPoolGrad,
  Softmax: softmax,
  Transpose: transpose,
  Tile: tile,
  PadV2: pad,
  Slice: slice,
  SplitV: split,
  Unpack: unpack,
  Concat: concat,
  GatherV2: gather,
};

/**
 * @internal
 * Puts kernels with plain loops before those of tfjs's `cpu` backend, which compute an index for each element. They
 * give the same bits, since they add in the same order with the same roundings; calls that they don't know, such as
 * dilated or complex ones, stay with tfjs.
 */
export function useDirectKernels(tf: typeof tfjs): void {
  for (const [name, direct] of Object.entries(directKernels)) {
    const own = tf.getKernel(name, "cpu");
    tf.unregisterKernel(name, "cpu");
    tf.registerKernel({
      ...own,
      kernelFunc: (call) => direct(call as unknown as KernelCall, tf) ?? own.kernelFunc(call),
    });
  }
}
