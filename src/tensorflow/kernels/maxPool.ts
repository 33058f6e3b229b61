import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs";
import { nodeBackend } from "../loading/nodeBackend.js";
import { isNative, kernelAddon, tf } from "../tf.js";
import { hasKernels } from "./library.js";

/** @internal The op whose inputs are the gradient and the values that were pooled in whole windows of 2 × 2. */
export const maxPoolGradient = "QatlabMaxPoolGradient";

/**
 * @internal
 * Gives tfjs the library's own kernel (native/reluGradient.cc) for the gradient of max pooling in windows of 2 × 2:
 * the gradient goes to the first of the largest values, as in TensorFlow's op, which takes 10 times as long outside
 * of graphs.
 */
export function registerMaxPoolGradient(): void {
  if (!isNative || typeof kernelAddon === "string") return;
  const original = tf.getKernel("MaxPoolGrad", "tensorflow") as KernelConfig;
  tf.unregisterKernel("MaxPoolGrad", "tensorflow");
  tf.registerKernel({
    ...original,
    kernelFunc(call) {
      const { dy, input } = call.inputs as Record<string, tf.Tensor>;
      if (!hasKernels() || !poolsInTwos(input!, call.attrs as unknown as Pooling))
        return original.kernelFunc(call);
      const inputs = [dy!, input!];
      return nodeBackend().executeSingleOutput(maxPoolGradient, [], inputs) as TensorInfo;
    },
  });
}

type Computed = Parameters<typeof tf.backend_util.computePool2DInfo>;

/** The settings of max pooling, as tfjs gives them to a kernel. */
interface Pooling {
  filterSize: Computed[1];
  strides: Computed[2];
  pad: Computed[4];
  dimRoundingMode?: Computed[5];
}

/** Whether windows of 2 × 2 lie side by side, without padding. */
function poolsInTwos({ shape, dtype }: tf.Tensor, pooling: Pooling): boolean {
  const { filterSize, strides, pad, dimRoundingMode } = pooling;
  const images = shape as Computed[0];
  const info = tf.backend_util.computePool2DInfo(
    images,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { top, bottom, left, right } = info.padInfo;
  const sizes = [info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth];
  return (
    dtype === "float32" &&
    sizes.every((size) => size === 2) &&
    [top, bottom, left, right].every((size) => size === 0)
  );
}
