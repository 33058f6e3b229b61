import type { KernelName } from "../program/index.js";
import { fixedPoint } from "./fixedPoint.js";
import type { Rounding } from "./rounding.js";

/** The number that an accumulator is multiplied with, in the form that a kernel uses. */
export interface Multiplier {
  /** The factor: a float32 number for `"float32"`, else a float64 one. */
  readonly factor: number;
  /** The integer multiplier, from 2³⁰ to 2³¹ − 1; the factor is near multiplier · 2^(shift − 31). */
  readonly multiplier: number;
  readonly shift: number;
}

/**
 * The multiplier scaleIn · scaleWeights / scaleOut. XNNPACK computes it in float32 (`factor`), TensorFlow Lite's kernels
 * in float64.
 *
 * @param scaleIn the scale of the input, a float32 number, as all scales are
 */
export function multiplierOf(
  scaleIn: number,
  scaleWeights: number,
  scaleOut: number,
  kernel: KernelName,
): Multiplier {
  const exact = (scaleIn * scaleWeights) / scaleOut;
  const single = Math.fround(Math.fround(scaleIn * scaleWeights) / scaleOut);
  return { factor: kernel === "xnnpack" ? single : exact, ...fixedPoint(exact) };
}

/** The multipliers of all channels, in the arrays that the loops read. */
export interface Multipliers {
  readonly factors: Float64Array;
  readonly multipliers: Int32Array;
  readonly shifts: Int32Array;
}

/** The multipliers of channels whose weights have scales of their own, or one scale for all. */
export function multipliersOf(
  scaleIn: number,
  scalesWeights: Float32Array,
  scaleOut: number,
  channels: number,
  kernel: KernelName,
): Multipliers {
  const factors = new Float64Array(channels);
  const multipliers = new Int32Array(channels);
  const shifts = new Int32Array(channels);
  for (let c = 0; c < channels; c++) {
    const scale = scalesWeights[scalesWeights.length === 1 ? 0 : c]!;
    const { factor, multiplier, shift } = multiplierOf(scaleIn, scale, scaleOut, kernel);
    factors[c] = factor;
    multipliers[c] = multiplier;
    shifts[c] = shift;
  }
  return { factors, multipliers, shifts };
}

/** An op that sums products. */
export type SummingOp = "conv2d" | "depthwiseConv2d" | "transposedConv2d" | "fullyConnected";

/** How an op's kernel rounds int32 accumulators; the tail of `"tflite-optimized"`'s depthwise convolution apart. */
export function roundingOf(op: SummingOp, kernel: KernelName): Exclude<Rounding, "reduced"> {
  if (kernel === "xnnpack") return "float32";
  if (kernel === "tflite-optimized") return "twiceUp";
  return op === "fullyConnected" ? "double" : "twice";
}

/** How all kernels round the int64 accumulators of int16 codes: two ops of one model round differently. */
export function wideRoundingOf(op: SummingOp): "double" | "reduced" {
  return op === "fullyConnected" ? "double" : "reduced";
}
