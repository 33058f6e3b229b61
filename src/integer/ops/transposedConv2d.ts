import type { TransposedConv2dOp } from "../program/index.js";
import { type Context, eightBit, type Step, zeroPointOf } from "./context.js";
import { finishOf } from "./finish.js";
import { type Geometry, geometryOf } from "./geometry.js";
import { multiply } from "./matmul.js";
import { biasesOf, weightsOf } from "./weights.js";

/**
 * A transposed convolution: each pixel's product with all of the kernel, added up where the kernel lies. The geometry is
 * that of the convolution which goes from the output to the input.
 */
export function transposedConv2d(op: TransposedConv2dOp, context: Context): Step {
  const [input, kernel, bias] = op.inputs as [number, number, number];
  const tensor = context.tensor(input);
  const output = context.tensor(op.output);
  const [, height = 1, width = 1] = context.tensor(kernel).shape;
  const geometry = geometryOf(output, tensor, [height, width], op);
  const x = eightBit(context, input);
  const zeroPoint = zeroPointOf(tensor);
  const { weights, channels, scales } = weightsOf(context, kernel, 0);
  const biases = Int32Array.from(biasesOf(context, bias, channels), (value) => value | 0);
  const leaves = context.kernel === "xnnpack" && !delegatesTransposed(op, [height, width]);
  const kernelName = leaves ? "tflite-optimized" : context.kernel;
  const { accumulators, finish } = finishOf(context, op, scales, channels, kernelName);
  const taps = tensor.shape.at(-1) ?? 1;
  // The products of x · weights less zeroPoint · weights.
  const shifts = Int32Array.from({ length: weights.length / taps }, (_, row) => {
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += weights[row * taps + k]!;
    return -zeroPoint * sum;
  });
  const products = new Int32Array(geometry.outWidth * shifts.length);
  return () => {
    for (let i = 0; i < accumulators.length; i++) accumulators[i] = biases[i % channels]!;
    for (let row = 0; row < geometry.outHeight; row++) {
      const from = row * geometry.outWidth * taps;
      multiply(x, from, geometry.outWidth, taps, weights, shifts, products, 0);
      scatter(products, geometry, row, channels, accumulators);
    }
    finish();
  };
}

/** Whether XNNPACK takes a kernel of a size; it leaves padded ones smaller than the stride to TensorFlow Lite. */
export function delegatesTransposed(
  { strides, padding }: TransposedConv2dOp,
  [height, width]: readonly [number, number],
): boolean {
  return padding === "valid" || (height >= strides[0] && width >= strides[1]);
}

/** Adds the products of one input row, `[width, out, kh, kw]`, to the output. */
function scatter(
  products: Int32Array,
  geometry: Geometry,
  row: number,
  channels: number,
  accumulators: Int32Array,
): void {
  const { height, width, outWidth, kernelHeight, kernelWidth } = geometry;
  const { strideY, strideX, padTop, padLeft } = geometry;
  const area = kernelHeight * kernelWidth;
  for (let column = 0; column < outWidth; column++) {
    for (let ky = 0; ky < kernelHeight; ky++) {
      const y = row * strideY - padTop + ky;
      if (y < 0 || y >= height) continue;
      for (let kx = 0; kx < kernelWidth; kx++) {
        const xx = column * strideX - padLeft + kx;
        if (xx < 0 || xx >= width) continue;
        const to = (y * width + xx) * channels;
        const from = column * channels * area + ky * kernelWidth + kx;
        for (let c = 0; c < channels; c++) {
          accumulators[to + c] = accumulators[to + c]! + products[from + c * area]!;
        }
      }
    }
  }
}
