import * as tf from "@tensorflow/tfjs";
import { useDirectKernels } from "../direct/index.js";
import type { Loaded } from "./loaded.js";

/** @internal A module of tfjs-node, which a browser doesn't have. */
export function nativeModule(_name: string): unknown {
  return undefined;
}

/**
 * @internal
 * Loads TensorFlow.js with its `cpu` backend: tiny networks train faster on it than by `webgl`, which compiles
 * a program for each new shape. `q.tf.setBackend("webgl")` chooses `webgl`.
 */
export function load(): Loaded {
  useDirectKernels(tf);
  void tf.setBackend("cpu");
  return { tf, native: false, reason: "a browser has no native TensorFlow" };
}
