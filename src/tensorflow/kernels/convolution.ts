import { nodeBackend, type OpAttribute } from "../loading/nodeBackend.js";

/** @internal The settings of the library's own convolution (native/convolution.cc). */
export interface ConvolutionSettings {
  /** Whether images have a border of zeros, as `"same"` gives them. */
  same: boolean;
  stride: number;
  /** Whether the largest of 2 × 2 outputs follows, in whole windows side by side. */
  pool: boolean;
  /** The ends of what the activation lets pass: 0 for a ReLU, infinite for none. */
  low: number;
  high: number;
}

/** @internal Fake quantization between the activation and the pooling, to the grid of one range. */
export interface ConvolutionRounding {
  bits: number;
  narrowRange: boolean;
  /** Whether the values that are pooled are an output, too, as they are before they are rounded. */
  exact: boolean;
}

/**
 * @internal
 * The op whose inputs are images, a filter, a bias (or no values), and the ends of the range that values are rounded
 * to before they are pooled (or no values), and whose outputs are y, the places of the largest values if they are
 * pooled, and these values before they are rounded if they are wanted.
 */
export const convolution = "QatlabConvolution";

/**
 * @internal
 * Its gradient: inputs are the gradient for y, images, filter, y (if there is a ReLU without pooling), and the places
 * of the largest values; outputs the gradients for the images, the filter and the bias. Sums are added image by
 * image, in blocks of at most 16 images, the blocks in 64 bits: they don't depend on threads.
 */
export const convolutionGradient = "QatlabConvolutionGradient";

/** @internal The attributes that the convolution has beside those of both ops. */
export function roundingAttributes(rounding?: ConvolutionRounding): OpAttribute[] {
  const { TF_ATTR_BOOL, TF_ATTR_INT } = nodeBackend().binding;
  return [
    { name: "num_bits", type: TF_ATTR_INT, value: rounding?.bits ?? 0 },
    { name: "narrow_range", type: TF_ATTR_BOOL, value: rounding?.narrowRange ?? false },
    { name: "exact", type: TF_ATTR_BOOL, value: rounding?.exact ?? false },
  ];
}

/** @internal The attributes of both ops. */
export function convolutionAttributes(settings: ConvolutionSettings): OpAttribute[] {
  const { TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_FLOAT } = nodeBackend().binding;
  const { same, stride, pool, low, high } = settings;
  return [
    { name: "same", type: TF_ATTR_BOOL, value: same },
    { name: "pool", type: TF_ATTR_BOOL, value: pool },
    { name: "stride", type: TF_ATTR_INT, value: stride },
    { name: "low", type: TF_ATTR_FLOAT, value: low },
    { name: "high", type: TF_ATTR_FLOAT, value: high },
  ];
}
