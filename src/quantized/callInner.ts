import type { Layer } from "../graph/index.js";
import { isRecurrent } from "../layers/index.js";
import type { tf } from "../tensorflow/index.js";

/**
 * @internal
 * Calls the layer inside; for a recurrent layer, the initial state that follows the input in a graph becomes an
 * option of the call.
 */
export function callInner(
  inner: Layer,
  inputs: tf.Tensor | tf.Tensor[],
  kwargs: Parameters<Layer["call"]>[1],
): tf.Tensor | tf.Tensor[] {
  if (!isRecurrent(inner)) return inner.call(inputs, kwargs);
  const [x, ...states] = [inputs].flat();
  // In training all layers get the same object of options, in which another layer's state may still stand.
  const initialState = states.length > 0 ? states : undefined;
  return inner.call(x!, { ...kwargs, initialState });
}
