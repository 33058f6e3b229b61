import { nativeThreads, nodeVersion } from "#door/tensorflow/machine";
import { isNative, reasonNotNative, tf } from "./tf.js";

/** The versions and the backend that compute, as {@link environment} finds them. */
export interface Environment {
  /** Node's version, e.g. `"20.20.0"`; `null` in a browser. */
  node: string | null;
  /** TensorFlow.js's version, e.g. `"4.22.0"`. */
  tfjs: string;
  /** Native TensorFlow's version, e.g. `"2.21.0"`; `null` on a JavaScript backend. */
  tensorflow: string | null;
  /** `"tensorflow"` (native) or `"cpu"` (plain JavaScript, slower). */
  backend: string;
  /** How many threads an op may use. */
  threads: number;
  /** Why native TensorFlow isn't used; empty if it is used. */
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
    node: nodeVersion,
    tfjs: tf.version.tfjs,
    tensorflow: isNative ? (backend.binding?.TF_Version ?? null) : null,
    backend: tf.getBackend(),
    threads: isNative ? nativeThreads() : 1,
    reason: reasonNotNative,
  };
}
