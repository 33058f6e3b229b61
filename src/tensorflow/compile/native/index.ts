import type { Recorder } from "../recorder.js";

/**
 * @internal
 * While `run` runs, TensorFlow's own ops take the place of what tfjs composes: for graphs that may
 * be rewritten.
 */
export function withNativeOps<T>(_recorder: Recorder, run: () => T): T {
  return run();
}
