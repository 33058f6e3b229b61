import { readModelFolder } from "#door/tensorflow/compile/modelFolder";
import { messages } from "../compile/graphBuilder.js";
import { withoutPool } from "../compile/graphPool.js";
import { type Binding, nodeBackend } from "../loading/nodeBackend.js";

/** A node of a graph: a `NodeDef`, as far as it is needed. */
interface Node {
  getName(): string;
  getOp(): string;
  getInputList(): string[];
}

/** @internal The graph that TensorFlow is given while a function runs, if there is one. */
export function captureGraph(run: () => void): Node[] | undefined {
  const backend = nodeBackend();
  const { binding } = backend;
  let nodes: Node[] | undefined;
  backend.binding = Object.create(binding, {
    loadSavedModel: {
      value: (...call: Parameters<Binding["loadSavedModel"]>) => {
        nodes = readNodes(call[0]);
        return binding.loadSavedModel(...call);
      },
    },
  }) as Binding;
  try {
    withoutPool(run);
  } finally {
    backend.binding = binding;
  }
  return nodes;
}

function readNodes(folder: string): Node[] {
  const bytes = readModelFolder(folder);
  const [meta] = messages().SavedModel.deserializeBinary(bytes).getMetaGraphsList();
  return meta.getGraphDef().getNodeList();
}

/**
 * @internal
 * How many nodes of each op the fetched tensors need, before TensorFlow rewrites the graph.
 *
 * @param fetched tensors, as in `loss:0,weights:0`
 */
export function countOps(nodes: Node[], fetched: string): Map<string, number> {
  const named = new Map(nodes.map((node) => [node.getName(), node]));
  const needed = new Set<Node>();
  const waiting = fetched.split(",");
  for (let input = waiting.pop(); input !== undefined; input = waiting.pop()) {
    const node = named.get(input.replace(/^\^|:\d+$/g, ""));
    if (!node || needed.has(node)) continue;
    needed.add(node);
    waiting.push(...node.getInputList());
  }
  const counts = new Map<string, number>();
  for (const node of needed) counts.set(node.getOp(), (counts.get(node.getOp()) ?? 0) + 1);
  return counts;
}
