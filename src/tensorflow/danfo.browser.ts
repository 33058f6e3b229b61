import type { Danfo } from "./danfo.node.js";

/** `undefined`: danfo.js's package for Node needs native modules. */
export function danfo(): Danfo | undefined {
  return undefined;
}
