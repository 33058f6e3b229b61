import { tf } from "../tensorflow/index.js";
import type { Layer } from "./layer.js";
import { ruleOf } from "./registry.js";

/** A limit that a layer's rule states, and the layer, or the layer inside it, that has the limit. */
export interface Limit {
  layer: Layer;
  why: string;
}

/** @internal The limit of a layer, or of a layer inside it, with its options; `undefined` if there is none. */
export function limitOf(layer: Layer, kind: "noGradient" | "notComputed"): Limit | undefined {
  const why = ruleOf(layer)[kind] ?? (kind === "notComputed" ? penalized(layer) : undefined);
  if (why !== undefined) return { layer, why };
  for (const part of partsOf(layer)) {
    const limit = limitOf(part, kind);
    if (limit) return limit;
  }
  return undefined;
}

/**
 * The reason why a layer's activity regularizer has no effect: tfjs keeps the penalty, and adds it to no loss.
 */
function penalized(layer: Layer): string | undefined {
  const { activityRegularizer } = layer as { activityRegularizer?: unknown };
  if (!activityRegularizer) return undefined;
  return "TensorFlow.js passes over its activityRegularizer (leave it out)";
}

/**
 * The properties in which a wrapper, a recurrent layer, stacked cells or a quantized layer keeps the layer
 * inside.
 */
interface Parts {
  layer?: unknown;
  inner?: unknown;
  cell?: unknown;
  cells?: unknown;
  forwardLayer?: unknown;
  backwardLayer?: unknown;
}

function partsOf(layer: Layer): Layer[] {
  const { layer: wrapped, inner, cell, cells, forwardLayer, backwardLayer } = layer as Parts;
  return [wrapped, inner, cell, cells, forwardLayer, backwardLayer]
    .flat()
    .filter((part): part is Layer => part instanceof tf.layers.Layer);
}
