import type { LayerNode } from "../../graph/index.js";
import { product, ruleOf } from "../../layers/index.js";
import type { Planned } from "../plan.js";

/** The most activations that are held at once, and the layer in whose step they are. */
export interface Peak {
  bytes: number;
  /** The name of the layer. */
  layer: string;
}

/**
 * @internal
 * The most memory that the activations of one example take. Layers run in the order in which the model lists
 * them, and a tensor lives from the step that makes it to the last step that reads it. A nonlinearity, and a
 * layer that only reshapes or quantizes, writes into the buffer that it reads, unless another layer reads that
 * buffer too.
 */
export function peakMemory(plan: Map<LayerNode, Planned>): Peak {
  const nodes = [...plan.keys()];
  const step = new Map(nodes.map((node, i) => [node, i]));
  const buffers = new Map<LayerNode, { first: number; last: number; bits: number }>();
  for (const [i, node] of nodes.entries()) {
    const ends = node.isOutput ? nodes.length : 0;
    const last = Math.max(i, ends, ...node.consumers.map((consumer) => step.get(consumer)!));
    const size = elements(plan.get(node)!) * plan.get(node)!.bits;
    const shared = inPlace(plan.get(node)!) ? buffers.get(node.inputs[0]!) : undefined;
    if (shared) Object.assign(shared, { last, bits: size });
    buffers.set(node, shared ?? { first: i, last, bits: size });
  }
  const distinct = [...new Set(buffers.values())];
  const held = nodes.map((_, i) =>
    distinct.reduce(
      (sum, { first, last, bits }) => sum + (first <= i && i <= last ? Math.ceil(bits / 8) : 0),
      0,
    ),
  );
  const most = held.indexOf(Math.max(...held));
  return { bytes: held[most]!, layer: nodes[most]!.layer.name };
}

function inPlace({ node, layer }: Planned): boolean {
  return ruleOf(layer).inPlace === true && node.inputs[0]?.consumers.length === 1;
}

function elements({ node: { layer, shape } }: Planned): number {
  return product(layer, shape.slice(1));
}
