import type * as danfojs from "danfojs-node";
import { formatDataFrame, type MimeBundle, printAsShown } from "../display/index.js";
import { moduleWith, requireWithout } from "./loading/lazyModules.node.js";
import { nativeRequires } from "./loading/requires.node.js";
import { isNative, tf } from "./tf.js";

/** danfo.js: DataFrames and Series. */
export type Danfo = typeof danfojs;

/**
 * The packages by which danfo.js computes statistics, reads sheets and asks servers: loading these takes a second, of which
 * a table that is only shown needs nothing.
 */
const later = ["mathjs", "xlsx", "request"];

let loaded: Danfo | undefined;

/**
 * danfo.js, loaded at the first call.
 *
 * danfo.js computes with the TensorFlow.js that the library uses, be it native or not.
 *
 * @returns `undefined` if danfojs-node isn't installed
 */
export function danfo(): Danfo | undefined {
  loaded ??= load();
  return loaded;
}

function load(): Danfo | undefined {
  const require = nativeRequires().find((candidate) => finds(candidate, "danfojs-node"));
  if (!require) return undefined;
  if (!isNative) {
    // danfo.js asks for tfjs-node by name, which throws without its binding.
    const path = require.resolve("@tensorflow/tfjs-node");
    require.cache[path] = moduleWith(path, tf);
  }
  const danfo = requireWithout(require, "danfojs-node", later) as Danfo;
  printAsShown(rootOf(danfo.Series), formatDataFrame as (frame: object) => MimeBundle);
  return danfo;
}

/** The prototype from which those of DataFrames and Series come: there are several classes of each. */
function rootOf({ prototype }: { prototype: object }): object {
  let root = prototype;
  for (let next = root; next !== Object.prototype; next = Object.getPrototypeOf(next)) root = next;
  return root;
}

function finds(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
