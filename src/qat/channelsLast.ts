import { tf } from "../tensorflow/index.js";

/** The axes of a weight that are its output channels, counted from the last, as in `-1` or `[-2, -1]`. */
export type ChannelAxes = number | readonly number[];

/** @internal How many channels there are. */
export function channelsIn(shape: readonly number[], axes: ChannelAxes): number {
  return [axes].flat().reduce((product, axis) => product * shape.at(axis)!, 1);
}

/** @internal A tensor with its channels as the last axes, where quantizers expect them, and the way back. */
export function channelsLast(
  x: tf.Tensor,
  axes: ChannelAxes,
): { arranged: tf.Tensor; restore(y: tf.Tensor): tf.Tensor } {
  const channels = [axes].flat().map((axis) => x.rank + axis);
  const others = x.shape.map((_, axis) => axis).filter((axis) => !channels.includes(axis));
  const order = [...others, ...channels];
  if (order.every((axis, i) => axis === i)) return { arranged: x, restore: (y) => y };
  const back = order.map((_, axis) => order.indexOf(axis));
  return { arranged: tf.transpose(x, order), restore: (y) => tf.transpose(y, back) };
}
