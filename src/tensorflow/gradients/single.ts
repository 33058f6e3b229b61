import type { TensorFlow } from "../loading/loaded.js";
import type { tf } from "../tf.js";

type Gradient = Parameters<TensorFlow["registerGradient"]>[0];

/**
 * @internal
 * The gradients of `Unpack` and `SplitV` where they give a single tensor, as for a sequence of one step: tfjs takes that
 * one tensor's gradient for a list.
 */
export function singleGradients(tf: TensorFlow): Gradient[] {
  const list = (dy: unknown) => [dy].flat() as tf.Tensor[];
  return [
    {
      kernelName: "Unpack",
      gradFunc: (dy, _, attributes) => ({
        value: () => tf.stack(list(dy), (attributes as unknown as { axis: number }).axis),
      }),
    },
    {
      kernelName: "SplitV",
      gradFunc: (dy, _, attributes) => ({
        x: () => tf.concat(list(dy), (attributes as unknown as { axis: number }).axis),
      }),
    },
  ];
}
