import { nodeBackend, type OpAttribute } from "../loading/nodeBackend.js";
import type { ConvolutionSettings } from "./convolution.js";

/**
 * @internal
 * The library's own depthwise convolution (native/depthwise.cc), of one output for each channel: its inputs are images,
 * a filter and a bias (or no values).
 */
export const depthwise = "QatlabDepthwise";

/**
 * @internal
 * Its gradient: inputs are the gradient for y, images, filter, and y (if there is a ReLU); outputs the gradients for the
 * images, the filter and the bias. Sums are added in blocks of at most 16 images, the blocks in 64 bits: they don't
 * depend on threads.
 */
export const depthwiseGradient = "QatlabDepthwiseGradient";

/** @internal The attributes of both ops. */
export function depthwiseAttributes({
  same,
  stride,
  low,
  high,
}: Omit<ConvolutionSettings, "pool">): OpAttribute[] {
  const { TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_FLOAT } = nodeBackend().binding;
  return [
    { name: "same", type: TF_ATTR_BOOL, value: same },
    { name: "stride", type: TF_ATTR_INT, value: stride },
    { name: "low", type: TF_ATTR_FLOAT, value: low },
    { name: "high", type: TF_ATTR_FLOAT, value: high },
  ];
}
