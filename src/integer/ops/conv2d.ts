import type { Conv2dOp } from "../program/index.js";
import { type Context, narrow, type Step, zeroPointOf } from "./context.js";
import { finishOf, wideFinishOf } from "./finish.js";
import { type Geometry, geometryOf } from "./geometry.js";
import { multiply, multiplyWide } from "./matmul.js";
import { layPatches } from "./patches.js";
import { foldedBiases, weightsOf } from "./weights.js";

/** A convolution: each output row is the matrix product of its windows and the kernels. */
export function conv2d(op: Conv2dOp, context: Context): Step {
  const [input, kernel, bias] = op.inputs as [number, number, number];
  const tensor = context.tensor(input);
  const [, kernelHeight = 1, kernelWidth = 1] = context.tensor(kernel).shape;
  const geometry = geometryOf(tensor, context.tensor(op.output), [kernelHeight, kernelWidth], op);
  const x = narrow(context, input);
  const zeroPoint = zeroPointOf(tensor);
  const weights = weightsOf(context, kernel, 0);
  const biases = foldedBiases(context, bias, weights, zeroPoint);
  const { channels, scales } = weights;
  const taps = kernelHeight * kernelWidth * geometry.channels;
  if (tensor.type === "int16") {
    const { accumulators, finish } = wideFinishOf(context, op, scales, channels);
    const rows = rowsOf(geometry, x, zeroPoint, (patches, from, row) => {
      const to = row * geometry.outWidth * channels;
      const { outWidth } = geometry;
      multiplyWide(patches, from, outWidth, taps, weights.weights, biases, accumulators, to);
    });
    return () => {
      rows();
      finish();
    };
  }
  const { accumulators, finish } = finishOf(context, op, scales, channels);
  const wrapped = Int32Array.from(biases, (value) => value | 0);
  const rows = rowsOf(geometry, x, zeroPoint, (patches, from, row) => {
    const to = row * geometry.outWidth * channels;
    const { outWidth } = geometry;
    multiply(patches, from, outWidth, taps, weights.weights, wrapped, accumulators, to);
  });
  return () => {
    rows();
    finish();
  };
}

/** Calls a function with the windows of each output row; those of 1×1 kernels lie in the input as they are. */
function rowsOf(
  geometry: Geometry,
  x: Int16Array,
  zeroPoint: number,
  multiplyRow: (patches: Int16Array, from: number, row: number) => void,
): Step {
  const { kernelHeight, kernelWidth, channels, outHeight, outWidth } = geometry;
  const taps = kernelHeight * kernelWidth * channels;
  if (taps === channels && geometry.strideY === 1 && geometry.strideX === 1) {
    return () => {
      for (let row = 0; row < outHeight; row++) multiplyRow(x, row * outWidth * taps, row);
    };
  }
  const patches = new Int16Array(outWidth * taps);
  return () => {
    for (let row = 0; row < outHeight; row++) {
      layPatches(x, geometry, row, zeroPoint, patches);
      multiplyRow(patches, 0, row);
    }
  };
}
