import { availableParallelism } from "node:os";
import { isNative, reasonNotNative, tf } from "./tf.js";

/** What computes, as {@link environment} finds it. */
export interface Environment {
  /** Node's version, e.g. `"20.20.0"`. */
  node: string;
  /** TensorFlow.js's version, e.g. `"4.22.0"`. */
  tfjs: string;
  /** Native TensorFlow's version, e.g. `"2.21.0"`; `null` on a JavaScript backend. */
  tensorflow: string | null;
  /** `"tensorflow"` (native) or `"cpu"` (plain JavaScript, slower). */
  backend: string;
  /** Threads that an op may use. */
  threads: number;
  /** Why native TensorFlow isn't used; empty when it is. */
  reason: string;
}

/**
 * The versions and the backend that computes here, for a report that others can compare with.
 *
 * @example
 * q.environment(); // { node: "20.20.0", tfjs: "4.22.0", tensorflow: "2.21.0", backend: "tensorflow", threads: 2, reason: "" }
 */
export function environment(): Environment {
  const backend = tf.backend() as { binding?: { TF_Version: string } };
  return {
    node: process.versions.node,
    tfjs: tf.version.tfjs,
    tensorflow: isNative ? (backend.binding?.TF_Version ?? null) : null,
    backend: tf.getBackend(),
    threads: isNative ? nativeThreads() : 1,
    reason: reasonNotNative,
  };
}

/** TensorFlow's pool has a thread for each processor, unless this variable says otherwise. */
function nativeThreads(): number {
  const set = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(set) && set > 0 ? set : availableParallelism();
}
