import type * as tfjs from "@tensorflow/tfjs";

/** TensorFlow.js, as far as the library and its readers use it: the public API. */
export type TensorFlow = typeof tfjs;

/** @internal The addon with the library's own kernels, which are TensorFlow's ops once it is loaded. */
export interface KernelAddon {
  /** The version of the ops and of these functions. */
  readonly version: number;
  /** The sets of instructions that the processor has, the one in use first. A name chooses another. */
  instructions(name?: string): string[];
  /** How many threads an op may use. A number changes it. */
  threads(count?: number): number;
  /** The smallest and the largest value, and how many are 0; `undefined` if a value is NaN or infinite. */
  ends(values: Float32Array): [min: number, max: number, zeros: number] | undefined;
  /** Counts values between −reach and reach, and adds them up, each in its bin. */
  tally(values: Float32Array, counts: Float64Array, sums: Float64Array, reach: number): void;
}

/** @internal The TensorFlow.js that was loaded, and why it isn't a faster one. */
export interface Loaded {
  tf: TensorFlow;
  /** Whether ops run in native TensorFlow. */
  native: boolean;
  /** Why native TensorFlow isn't used; empty if it is used. */
  reason: string;
  /** The library's own kernels, or why there are none. */
  kernels?: KernelAddon | string;
  /** A message about a faster TensorFlow.js and the way to get it, if there is a way. */
  advice?: string;
}
