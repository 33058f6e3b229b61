import {
  clampOf,
  multipliersOf,
  type Requantization,
  requantize,
  requantizeWide,
  roundingOf,
  type SummingOp,
  wideRoundingOf,
} from "../arithmetic/index.js";
import type { FusedActivation } from "../program/index.js";
import { type Context, narrow, type Step, scaleOf, zeroPointOf } from "./context.js";

/** An op that sums products and requantizes the sums. */
export interface Summing {
  readonly type: SummingOp;
  readonly inputs: readonly number[];
  readonly output: number;
  readonly activation: FusedActivation;
}

/** The accumulators of an op, and the step that turns them into output codes. */
export interface Finish<Accumulators> {
  readonly accumulators: Accumulators;
  readonly finish: Step;
}

/** How the sums of an op become its output's codes. */
export function requantizationOf(
  context: Context,
  op: Summing,
  scales: Float32Array,
  channels: number,
  kernel = context.kernel,
): Requantization {
  const output = context.tensor(op.output);
  const scaleIn = scaleOf(context.tensor(op.inputs[0]!));
  return {
    ...multipliersOf(scaleIn, scales, scaleOf(output), channels, kernel),
    ...clampOf(op.activation, output),
    channels,
    zeroPoint: zeroPointOf(output),
  };
}

/** int32 accumulators, and their requantization; an int32 output takes the accumulators as they are. */
export function finishOf(
  context: Context,
  op: Summing,
  scales: Float32Array,
  channels: number,
  kernel = context.kernel,
): Finish<Int32Array> {
  const codes = context.codes(op.output);
  if (codes instanceof Int32Array) return { accumulators: codes, finish: () => {} };
  const out = narrow(context, op.output);
  const accumulators = context.accumulators(out.length);
  const requantization = requantizationOf(context, op, scales, channels, kernel);
  const rounding = roundingOf(op.type, kernel);
  // Eight channels at a time are rounded so by some kernels, and the rest as the reference kernel rounds.
  const end =
    kernel === "tflite-optimized" && inEights.has(op.type) ? channels - (channels % 8) : channels;
  const finish = () => {
    requantize(rounding, accumulators, out, requantization, 0, end);
    if (end < channels) requantize("twice", accumulators, out, requantization, end, channels);
  };
  return { accumulators, finish };
}

/** The ops whose optimized kernels requantize eight channels at a time. */
export const inEights = new Set<SummingOp>(["depthwiseConv2d", "transposedConv2d"]);

/** int64 accumulators of int16 codes, and their requantization. */
export function wideFinishOf(
  context: Context,
  op: Summing,
  scales: Float32Array,
  channels: number,
): Finish<Float64Array> {
  const out = narrow(context, op.output);
  const accumulators = context.wideAccumulators(out.length);
  // XNNPACK takes no int16 codes, and leaves them to TensorFlow Lite's kernels.
  const requantization = requantizationOf(context, op, scales, channels, "tflite-reference");
  const rounding = wideRoundingOf(op.type);
  const finish = () => requantizeWide(rounding, accumulators, out, requantization);
  return { accumulators, finish };
}
