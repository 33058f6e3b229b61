import type * as danfojs from "danfojs-node";
import { nativeRequires } from "./requires.js";
import { isNative, tf } from "./tf.js";

/** danfo.js: DataFrames and Series. */
export type Danfo = typeof danfojs;

let loaded: Danfo | undefined;

/**
 * danfo.js, loaded when it is first asked for: it takes a second that a cell without tables needn't
 * wait for.
 *
 * It computes with the TensorFlow.js that the library uses, also where that isn't the native one.
 *
 * @throws Error when danfojs-node isn't installed, with what to do.
 */
export function danfo(): Danfo {
  loaded ??= load();
  return loaded;
}

function load(): Danfo {
  const require = nativeRequires().find((candidate) => finds(candidate, "danfojs-node"));
  if (!require) {
    throw new Error("danfojs-node isn't installed: run `npx qatlab setup`, which brings it");
  }
  if (!isNative) {
    // danfo.js asks for tfjs-node by name, which throws without its binding.
    const path = require.resolve("@tensorflow/tfjs-node");
    require.cache[path] = { ...module(path), exports: tf };
  }
  return require("danfojs-node");
}

function finds(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

function module(path: string): NodeJS.Module {
  return { id: path, filename: path, path, loaded: true, children: [], paths: [] } as never;
}
