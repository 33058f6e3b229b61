import type { LayerNode } from "../graph/index.js";
import { passesValues } from "./reach.js";
import { hasWeights } from "./roles.js";

/** Whether a node's weights and its output belong to the first or last layer with weights. */
export interface Ends {
  /** Whether the layer is a first or last layer. */
  weights: boolean;
  /** Whether the layer's output is read by a first or last layer. */
  activations: boolean;
}

/**
 * @internal
 * Whether a node is a first or last layer with weights (no layer with weights comes before it, or none after
 * it), or gives such a layer its input.
 */
export function endsOf(node: LayerNode): Ends {
  return { weights: isEnd(node), activations: feedsEnd(node) };
}

function isEnd(node: LayerNode): boolean {
  if (!hasWeights(node.layer)) return false;
  return !reaches(node, "inputs") || !reaches(node, "consumers");
}

function feedsEnd(node: LayerNode): boolean {
  return node.consumers.some(
    (next) =>
      isEnd(next) || (!hasWeights(next.layer) && passesValues(next.layer) && feedsEnd(next)),
  );
}

/** Whether there is another layer with weights before, or after, a node. */
function reaches(node: LayerNode, way: "inputs" | "consumers"): boolean {
  const seen = new Set<LayerNode>();
  const open = [...node[way]];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next)) continue;
    if (hasWeights(next.layer)) return true;
    seen.add(next);
    open.push(...next[way]);
  }
  return false;
}
