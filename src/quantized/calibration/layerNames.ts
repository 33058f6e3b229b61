import { nonlinearityOf, ruleOf } from "../../layers/index.js";
import type { QuantizedLayer } from "../quantizedLayer.js";

/**
 * @internal
 * The name of a layer as users know it; for the layer that quantizes an input of the model, the input's name.
 */
export function nameOf({ name, inner }: QuantizedLayer): string {
  const plain = ruleOf(inner).role === "activation" && nonlinearityOf(inner) === "linear";
  return plain ? name.replace(/_quantized(_\d+)?$/, "") : name;
}

/** @internal Looks for a range, and names the layer when there is none. */
export function inLayer<T>(name: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RangeError(`cannot calibrate layer "${name}": ${why}`, { cause: error });
  }
}
