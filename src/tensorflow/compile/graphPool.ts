import type { LoadedGraph } from "./loadedGraph.js";

/** How many graphs that nothing uses are kept, and how many bytes of variables: all of them, and each. */
const most = { graphs: 64, bytes: 64 * 2 ** 20, each: 16 * 2 ** 20 };

/** Graphs by their structures; those that aren't used at the moment, the one used last at the end. */
const idle = new Map<string, LoadedGraph[]>();
/** How many graphs of each structure there are, used or not. */
const counts = new Map<string, number>();
let order: LoadedGraph[] = [];
let apart = false;

/** @internal Whether a graph of this structure was made before, and is still there. */
export function isKnown(key: string | undefined): boolean {
  return key !== undefined && !apart && counts.has(key);
}

/** @internal A graph of a structure that nothing uses now, if there is one: it is the caller's. */
export function takeGraph(key: string | undefined): LoadedGraph | undefined {
  const graph = key === undefined || apart ? undefined : idle.get(key)?.pop();
  if (graph) order = order.filter((other) => other !== graph);
  return graph;
}

/** @internal Notes a graph that was made; returns it. */
export function addGraph(graph: LoadedGraph): LoadedGraph {
  const { key } = graph;
  if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  return graph;
}

/** @internal Takes a graph back; the ones that were used least recently are freed when there are too many. */
export function returnGraph(graph: LoadedGraph): void {
  if (graph.key === undefined || apart || graph.bytes > most.each) {
    free(graph);
    return;
  }
  idle.set(graph.key, [...(idle.get(graph.key) ?? []), graph]);
  order.push(graph);
  let bytes = order.reduce((sum, one) => sum + one.bytes, 0);
  while (order.length > most.graphs || bytes > most.bytes) {
    bytes -= order[0]!.bytes;
    free(takeOut(order[0]!));
  }
}

/** @internal Runs a function whose graphs are its own: they are made anew, and freed when they are disposed of. */
export function withoutPool<T>(run: () => T): T {
  const outer = apart;
  apart = true;
  try {
    return run();
  } finally {
    apart = outer;
  }
}

function takeOut(graph: LoadedGraph): LoadedGraph {
  const list = idle.get(graph.key!)!.filter((other) => other !== graph);
  if (list.length > 0) idle.set(graph.key!, list);
  else idle.delete(graph.key!);
  order = order.filter((other) => other !== graph);
  return graph;
}

function free(graph: LoadedGraph): void {
  const { key } = graph;
  if (key !== undefined) {
    const count = counts.get(key)! - 1;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
  }
  graph.free();
}
