import type { tf } from "./tf.js";

/** @internal Fake quantization to one range, whose gradients pass within the range, as an op may do within itself. */
export interface StateRounding {
  min: tf.Tensor;
  max: tf.Tensor;
  bits: number;
  narrowRange: boolean;
}

/** @internal A function in the place of another, whose first result it changes. */
export interface Changed {
  /** The other function. */
  original: unknown;
  /** The change, if it is such a rounding. */
  rounding: () => StateRounding | undefined;
}

const changed = new WeakMap<object, Changed>();

/** @internal Notes how a function that takes another one's place changes what that one gives. */
export function noteChanged(call: object, change: Changed): void {
  changed.set(call, change);
}

/** @internal The note on a function. */
export function changedIn(call: object): Changed | undefined {
  return changed.get(call);
}
