import type { DepthwiseConv2dOp } from "../program/index.js";
import { type Context, narrow, type Step, zeroPointOf } from "./context.js";
import { finishOf, wideFinishOf } from "./finish.js";
import { type Geometry, geometryOf } from "./geometry.js";
import { biasesOf, weightsOf } from "./weights.js";

/** A depthwise convolution, channels innermost; windows leave the padding out. */
export function depthwiseConv2d(op: DepthwiseConv2dOp, context: Context): Step {
  const [input, kernel, bias] = op.inputs as [number, number, number];
  const tensor = context.tensor(input);
  const [, kernelHeight = 1, kernelWidth = 1] = context.tensor(kernel).shape;
  const geometry = geometryOf(tensor, context.tensor(op.output), [kernelHeight, kernelWidth], op);
  const x = narrow(context, input);
  const zeroPoint = zeroPointOf(tensor);
  const { weights, channels, scales } = weightsOf(context, kernel, 3);
  const biases = biasesOf(context, bias, channels);
  const { multiplier } = op;
  if (tensor.type === "int16") {
    const { accumulators, finish } = wideFinishOf(context, op, scales, channels);
    return () => {
      sumWide(x, geometry, multiplier, weights, biases, accumulators);
      finish();
    };
  }
  const { accumulators, finish } = finishOf(context, op, scales, channels);
  const wrapped = Int32Array.from(biases, (value) => value | 0);
  return () => {
    sum(x, geometry, zeroPoint, multiplier, weights, wrapped, accumulators);
    finish();
  };
}

function sum(
  x: Int16Array,
  geometry: Geometry,
  zeroPoint: number,
  multiplier: number,
  weights: Int16Array,
  biases: Int32Array,
  accumulators: Int32Array,
): void {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = geometry;
  const { strideY, strideX, dilationY, dilationX, padTop, padLeft } = geometry;
  const outChannels = biases.length;
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      const to = (row * outWidth + column) * outChannels;
      for (let c = 0; c < outChannels; c++) accumulators[to + c] = biases[c]!;
      for (let ky = 0; ky < kernelHeight; ky++) {
        const y = row * strideY - padTop + ky * dilationY;
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const xx = column * strideX - padLeft + kx * dilationX;
          if (xx < 0 || xx >= width) continue;
          const from = (y * width + xx) * channels;
          const w = (ky * kernelWidth + kx) * outChannels;
          if (multiplier === 1) {
            for (let c = 0; c < channels; c++) {
              const product = Math.imul(x[from + c]! - zeroPoint, weights[w + c]!);
              accumulators[to + c] = accumulators[to + c]! + product;
            }
          } else {
            let out = 0;
            for (let c = 0; c < channels; c++) {
              const value = x[from + c]! - zeroPoint;
              for (let m = 0; m < multiplier; m++, out++) {
                const product = Math.imul(value, weights[w + out]!);
                accumulators[to + out] = accumulators[to + out]! + product;
              }
            }
          }
        }
      }
    }
  }
}

/** The sums of int16 codes, whose zero point is 0. */
function sumWide(
  x: Int16Array,
  geometry: Geometry,
  multiplier: number,
  weights: Int16Array,
  biases: Float64Array,
  accumulators: Float64Array,
): void {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = geometry;
  const { strideY, strideX, dilationY, dilationX, padTop, padLeft } = geometry;
  const outChannels = biases.length;
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      const to = (row * outWidth + column) * outChannels;
      accumulators.set(biases, to);
      for (let ky = 0; ky < kernelHeight; ky++) {
        const y = row * strideY - padTop + ky * dilationY;
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kernelWidth; kx++) {
          const xx = column * strideX - padLeft + kx * dilationX;
          if (xx < 0 || xx >= width) continue;
          const from = (y * width + xx) * channels;
          const w = (ky * kernelWidth + kx) * outChannels;
          for (let out = 0; out < outChannels; out++) {
            const value = x[from + Math.floor(out / multiplier)]!;
            accumulators[to + out] = accumulators[to + out]! + value * weights[w + out]!;
          }
        }
      }
    }
  }
}
