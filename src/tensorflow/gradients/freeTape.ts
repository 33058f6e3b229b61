import { tf } from "../tf.js";

/**
 * @internal
 * Frees the tensors that a failed pass saved for the gradients; tfjs frees them only if the pass succeeds.
 */
export function freeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  tf.dispose(state.activeTape?.map(({ saved }) => saved ?? []) ?? []);
  state.activeTape = null as never;
}
