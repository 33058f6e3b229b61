import type * as tfjs from "@tensorflow/tfjs";

/** TensorFlow.js, as far as the library and its readers use it: the public API. */
export type TensorFlow = typeof tfjs;

/** @internal The TensorFlow.js that was loaded, and why it isn't a faster one. */
export interface Loaded {
  tf: TensorFlow;
  /** Whether ops run in native TensorFlow. */
  native: boolean;
  /** Why native TensorFlow isn't used; empty if it is used. */
  reason: string;
  /** A message about a faster TensorFlow.js and the way to get it, if there is a way. */
  advice?: string;
}
