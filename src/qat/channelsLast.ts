import { tf } from "../tensorflow/index.js";

/** The axes of a weight that are its output channels, counted from the last, as in `-1` or `[-2, -1]`. */
export type ChannelAxes = number | readonly number[];

/** @internal How many channels there are. */
export function channelsIn(shape: readonly number[], axes: ChannelAxes): number {
  return [axes].flat().reduce((product, axis) => product * shape.at(axis)!, 1);
}

/** @internal A tensor with its channels as the last axis, where estimators expect them, and the way back. */
export function channelsLast(
  x: tf.Tensor,
  axes: ChannelAxes,
): { arranged: tf.Tensor; restore(y: tf.Tensor): tf.Tensor } {
  const channels = [axes].flat().map((axis) => x.rank + axis);
  const others = x.shape.map((_, axis) => axis).filter((axis) => !channels.includes(axis));
  const order = [...others, ...channels];
  const back = order.map((_, axis) => order.indexOf(axis));
  const moves = order.some((axis, i) => axis !== i);
  const moved = moves ? tf.transpose(x, order) : x;
  const joined = [...others.map((axis) => x.shape[axis]!), channelsIn(x.shape, axes)];
  const joins = channels.length > 1;
  return {
    arranged: joins ? tf.reshape(moved, joined) : moved,
    restore(y) {
      const split = joins ? tf.reshape(y, moved.shape) : y;
      return moves ? tf.transpose(split, back) : split;
    },
  };
}
