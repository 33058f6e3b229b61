import { tf } from "../../../tensorflow/index.js";
import type { Place } from "../context.js";
import { withAxisLast } from "./channelsFirst.js";
import { channelwise } from "./channelwise.js";

interface Normalization {
  gamma?: tf.LayerVariable | null;
  beta?: tf.LayerVariable | null;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
  epsilon: number;
}

/**
 * Batch normalization that no layer before it takes in: each channel times a number, plus a number. This is a depthwise
 * convolution with one weight for each channel, whose code is ±127, so that its scale carries the number exactly.
 */
export function batchNormalization(place: Place): number {
  const { axis = -1 } = place.config as { axis?: number };
  if (axis !== -1 && axis !== place.shape.length - 1) {
    return withAxisLast(place, axis, (view) =>
      batchNormalization(view.seen({ config: { axis: -1 } })),
    );
  }
  const { factor, shift } = factorsOf(place);
  const { grid, activation } = place.targetGrid();
  return channelwise(place, {
    input: place.inputs[0]!,
    codes: Int8Array.from(factor, (value) => 127 * Math.sign(value)),
    scale: factor.map((value) => Math.abs(value) / 127 || 2 ** -10),
    ...{ shift, grid, activation },
  });
}

function factorsOf(place: Place): { factor: Float32Array; shift: Float32Array } {
  const { gamma, beta, movingMean, movingVariance, epsilon } =
    place.inner as unknown as Normalization;
  return tf.tidy(() => {
    const sigma = tf.sqrt(tf.add(movingVariance.read(), epsilon));
    const factor = tf.div(gamma?.read() ?? 1, sigma);
    const shift = tf.sub(beta?.read() ?? 0, tf.mul(movingMean.read(), factor));
    return {
      factor: factor.dataSync() as Float32Array,
      shift: shift.dataSync() as Float32Array,
    };
  });
}
