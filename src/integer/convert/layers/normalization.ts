import { tf } from "../../../tensorflow/index.js";
import type { Place } from "../context.js";
import { linearTensors } from "./kernels.js";

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
  const { shape } = place;
  const { axis = -1 } = place.config as { axis?: number };
  if (axis !== -1 && axis !== shape.length - 1) {
    throw place.refusal(`it normalizes axis ${axis} (expected the last axis, the channels)`);
  }
  const channels = shape.at(-1)!;
  const { factor, shift } = factorsOf(place);
  const image = [1, 1, shape.reduce((a, b) => a * b, 1) / channels, channels];
  const { grid, activation } = place.targetGrid();
  const kernel = {
    codes: Int8Array.from(factor, (value) => 127 * Math.sign(value)),
    shape: [1, 1, 1, channels],
    scale: factor.map((value) => Math.abs(value) / 127 || 2 ** -10),
    smallest: -128,
    largest: 127,
    axis: 3,
  };
  const input = place.reshape(place.inputs[0]!, shape.length === 4 ? shape : image);
  const { inputs, output } = linearTensors(place, {
    kernel,
    bias: shift,
    input,
    shape: shape.length === 4 ? shape : image,
    grid,
    suffix: shape.length === 4 ? "" : "_image",
  });
  const op = { type: "depthwiseConv2d", layer: place.name, inputs, strides: [1, 1] } as const;
  const rest = { dilations: [1, 1], padding: "valid", multiplier: 1, activation } as const;
  return place.reshape(place.builder.op({ ...op, ...rest }, output), shape);
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
