import { tf } from "../../tensorflow/index.js";

const f32 = Math.fround;

/** The largest float32 number below 2³¹: codes of biases are int32. */
const largest = f32(2 ** 31 - 128);
/** The scale of a channel whose weights are all 0: any scale would do, but 0. */
const scaleOfZeros = 2 ** -16;

/** The grid of a bias, and the codes on it. */
export interface BiasCodes {
  /** One code for each channel. */
  codes: Int32Array;
  /** The values' distance: float32, one for each scale of the weights. */
  scale: Float32Array;
}

/**
 * @internal
 * A bias on the grid of the accumulators, to which an integer layer adds it: the scale is s = s_x · s_w, and the
 * code is bias ÷ s, rounded half to even. Product and quotient are rounded to float32, as TensorFlow Lite and
 * XNNPACK have them. Codes end at ±(2³¹ − 128). Training with biases on the grid (`biases: "grid"`) and the integer
 * model both compute with code · s. Jacob et al. 2018, arXiv:1712.05877, section 2.4, equation 11.
 *
 * @param bias finite numbers, one for each channel
 * @param inputScale s_x, the scale of the layer's input
 * @param weightScale s_w: one number, or one for each channel. A scale of 0, of a channel whose weights are all 0,
 *   counts as 2⁻¹⁶ (see {@link weightScaleOf})
 * @example
 * const { codes, scale } = biasCodes([0.3, -1], 0.5, [0.25, 0.5]);
 * codes; // Int32Array(2) [ 2, -4 ]
 * scale; // Float32Array(2) [ 0.125, 0.25 ]
 */
export function biasCodes(
  bias: ArrayLike<number>,
  inputScale: number,
  weightScale: ArrayLike<number>,
): BiasCodes {
  const scale = Float32Array.from(weightScale, (s) => f32(inputScale) * weightScaleOf(f32(s)));
  const codes = Int32Array.from(bias, (value, channel) => {
    const step = scale[scale.length === 1 ? 0 : channel]!;
    return Math.min(largest, Math.max(-largest, halfEven(f32(f32(value) / step))));
  });
  return { codes, scale };
}

/** @internal The scale that counts for weights: that of weights that are all 0 is 2⁻¹⁶. */
export function weightScaleOf(scale: number): number {
  return scale > 0 ? scale : scaleOfZeros;
}

/**
 * @internal
 * The values of {@link biasCodes}, code · s, or the bias itself where its code has more than 32 bits, beside weights
 * near 0, whose scale the integer model makes larger; in tensor ops that can be part of a compiled step. The gradient
 * passes straight through.
 */
export function roundedBias(
  bias: tf.Tensor,
  scales: () => { inputScale: tf.Tensor; weightScale: tf.Tensor },
): tf.Tensor {
  const op = tf.customGrad((...args: unknown[]) => {
    const [bias] = args as [tf.Tensor];
    const { inputScale, weightScale } = scales();
    const zeros = tf.fill(weightScale.shape, scaleOfZeros);
    const step = tf.mul(inputScale, tf.where(tf.greater(weightScale, 0), weightScale, zeros));
    const codes = tf.round(tf.div(bias, step));
    const fits = tf.lessEqual(tf.abs(codes), largest);
    return { value: tf.where(fits, tf.mul(codes, step), bias), gradFunc: (dy: tf.Tensor) => dy };
  });
  return op(bias);
}

function halfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
