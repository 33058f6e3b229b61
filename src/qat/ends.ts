import type { LayerNode } from "../models/topology.js";
import { hasWeights, passesValues } from "./roles.js";

/** Which parts of a node belong to the first or last layer with weights. */
export interface Ends {
  /** Whether it is such a layer. */
  weights: boolean;
  /** Whether such a layer reads what it gives. */
  activations: boolean;
}

/**
 * @internal
 * Whether a node is a first or last layer with weights, none before it or none after it, or gives such a
 * layer its input.
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
