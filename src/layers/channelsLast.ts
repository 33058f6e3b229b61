import type { Arrangement } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";

/** The axes of a weight that are its output channels, counted from the last, as in `-1` or `[-2, -1]`. */
export type ChannelAxes = number | readonly number[];

/** @internal How many channels there are. */
export function channelsIn(shape: readonly number[], axes: ChannelAxes): number {
  return [axes].flat().reduce((product, axis) => product * shape.at(axis)!, 1);
}

/** @internal A tensor as rows whose columns are its channels, where estimators expect them, and the way back. */
export function channelsLast(x: tf.Tensor, axes: ChannelAxes): Arrangement {
  const channels = [axes].flat().map((axis) => x.rank + axis);
  const others = x.shape.map((_, axis) => axis).filter((axis) => !channels.includes(axis));
  const order = [...others, ...channels];
  const back = order.map((_, axis) => order.indexOf(axis));
  const moves = order.some((axis, i) => axis !== i);
  const moved = moves ? tf.transpose(x, order) : x;
  const columns = channelsIn(x.shape, axes);
  return {
    rows: tf.reshape(moved, [-1, columns]),
    columns,
    restore(rows) {
      const split = tf.reshape(rows, moved.shape);
      return moves ? tf.transpose(split, back) : split;
    },
  };
}

/** @internal A number for each channel, in a shape that goes with a weight's; the axes are in rising order. */
export function alongChannels(
  values: tf.Tensor,
  shape: readonly number[],
  axes: ChannelAxes,
): tf.Tensor {
  const channels = [axes].flat().map((axis) => shape.length + (axis as number));
  const first = Math.min(...channels);
  return values.reshape(
    shape.map((size, axis) => (channels.includes(axis) ? size : 1)).slice(first),
  );
}
