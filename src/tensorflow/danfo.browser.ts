import type { Danfo } from "./danfo.node.js";

/** @throws Error if the function is called: danfo.js's package for Node needs native modules */
export function danfo(): Danfo {
  throw new Error(
    "DataFrames need danfojs-node, which runs in Node only (a browser shows arrays of objects, or q.plot.table)",
  );
}
