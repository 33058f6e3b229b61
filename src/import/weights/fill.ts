import { tf } from "../../tensorflow/index.js";
import { nameOf } from "../build/layer.js";
import { type StoredArray, sizeOf } from "../storedArray.js";
import type { Slot } from "./slots.js";

/** @internal A weight of a model, and the array of the file that has its values. */
export interface Filling {
  slot: Slot;
  array: StoredArray;
}

/**
 * @internal
 * Fills the weights of a model, once all shapes are checked.
 *
 * @throws Error if an array has another shape than its weight; no weight is filled then
 */
export function fill(fillings: readonly Filling[]): void {
  for (const { slot, array } of fillings) checkShape(slot, array);
  for (const { slot, array } of fillings) {
    const { shape } = slot.variable;
    tf.tidy(() => {
      slot.variable.write(tf.tensor(array.read(), shape as number[]));
    });
  }
}

function checkShape({ layer, name, variable }: Slot, { path, shape }: StoredArray): void {
  const expected = variable.shape as number[];
  const alike =
    expected.length === shape.length && expected.every((length, i) => length === shape[i]);
  if (alike) return;
  // Keras keeps the kernels of attention apart by heads; their numbers stand in the same order.
  const isSplit = layer.className === "MultiHeadAttention" && sizeOf(shape) === sizeOf(expected);
  if (isSplit) return;
  throw new Error(
    `${nameOf(layer)} has a weight ${name} of shape [${expected.join(", ")}], and the file has [${shape.join(", ")}] for it, in ${path}`,
  );
}

/** @internal @throws Error always, since a weight isn't in the file */
export function missing({ layer, name }: Slot, path: string): never {
  throw new Error(
    `the weight ${name} of ${nameOf(layer)} isn't in the file (expected it as ${path})`,
  );
}

/** @internal @throws Error if arrays are left over that no layer has a weight for */
export function checkLeftOver(paths: readonly string[]): void {
  if (paths.length === 0) return;
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : "";
  throw new Error(
    `no layer has a weight for ${paths[0]}${more} (expected the weights of the model's layers alone)`,
  );
}
