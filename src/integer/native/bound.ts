import type { IntegerOp, IntegerProgram } from "../program/index.js";

/** Whole numbers below this size are exact in float32, and so are their sums in any order. */
export const exactBelow = 2 ** 24;

/** An op that sums products with constant weights. */
export type SumOp = Extract<IntegerOp, { type: "conv2d" | "depthwiseConv2d" | "fullyConnected" }>;

/** Whether an op sums products with constant weights, in a form that TensorFlow has too. */
export function isSum(op: IntegerOp): op is SumOp {
  return ["conv2d", "depthwiseConv2d", "fullyConnected"].includes(op.type);
}

/**
 * The largest size that an accumulator of an op can have, whatever the input is: over all channels, the largest sum of
 * |weight code| times the largest |input code − zero point|, plus |bias code|.
 */
export function largestSum({ tensors }: IntegerProgram, op: SumOp): number {
  const [input, weights, bias] = op.inputs.map((index) => tensors[index]);
  const x = input!;
  const distance = Math.max(x.largest - x.zeroPoint[0]!, x.zeroPoint[0]! - x.smallest);
  const axis = op.type === "depthwiseConv2d" ? 3 : 0;
  const channels = weights!.shape[axis]!;
  const after = weights!.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const sums = new Float64Array(channels);
  weights!.codes!.forEach((code, i) => {
    const channel = Math.floor(i / after) % channels;
    sums[channel] = sums[channel]! + Math.abs(code);
  });
  return sums.reduce(
    (largest, sum, channel) =>
      Math.max(largest, sum * distance + Math.abs(bias?.codes?.[channel] ?? 0)),
    0,
  );
}
