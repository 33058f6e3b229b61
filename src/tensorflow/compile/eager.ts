import { withDraws } from "../random/draws.js";
import { withStatelessLayers } from "../random/layers.js";
import { tf } from "../tf.js";

/** @internal The seed and the step that decide the random numbers of a function's calls. */
export interface CallDraws {
  seed: number | string;
  /** The number of the call. */
  step: number;
}

/** @internal Runs a function as it is, with the random numbers that its graph would draw. */
export function runEagerly<T>(run: () => T, { seed, step }: CallDraws): T {
  const scalar = tf.scalar(step, "int32");
  try {
    return withStatelessLayers(() => withDraws({ seed, step: scalar }, run));
  } finally {
    scalar.dispose();
  }
}

/** @internal The eager twin of a compiled function: its random numbers are those of the graph. */
export function eagerTwin<A extends unknown[], R>(
  fn: (...args: A) => R,
  { seed, step }: { seed: number | string; step: () => number },
): ((...args: A) => R) & { dispose(): void } {
  const twin = (...args: A) => runEagerly(() => fn(...args), { seed, step: step() });
  return Object.assign(twin, { dispose: () => undefined });
}
