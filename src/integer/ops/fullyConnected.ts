import type { FullyConnectedOp } from "../program/index.js";
import { type Context, narrow, type Step, zeroPointOf } from "./context.js";
import { finishOf, wideFinishOf } from "./finish.js";
import { multiply, multiplyWide } from "./matmul.js";
import { foldedBiases, weightsOf } from "./weights.js";

/** A dense layer: the matrix product of all leading axes' rows and the kernel. */
export function fullyConnected(op: FullyConnectedOp, context: Context): Step {
  const [input, kernel, bias] = op.inputs as [number, number, number];
  const tensor = context.tensor(input);
  const x = narrow(context, input);
  const matrix = weightsOf(context, kernel, 0);
  const biases = foldedBiases(context, bias, matrix, zeroPointOf(tensor));
  const { weights, channels, scales } = matrix;
  const taps = weights.length / channels;
  const rows = x.length / taps;
  if (tensor.type === "int16") {
    const { accumulators, finish } = wideFinishOf(context, op, scales, channels);
    return () => {
      multiplyWide(x, 0, rows, taps, weights, biases, accumulators, 0);
      finish();
    };
  }
  const { accumulators, finish } = finishOf(context, op, scales, channels);
  const wrapped = Int32Array.from(biases, (value) => value | 0);
  return () => {
    multiply(x, 0, rows, taps, weights, wrapped, accumulators, 0);
    finish();
  };
}
