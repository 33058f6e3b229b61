import { fakeQuant, tf } from "../tensorflow/index.js";
import { checkFormat, type IntegerFormat } from "./format.js";
import { checkRange, type Range } from "./range.js";

/** A range as tensors: scalars, or shape `[channels]`. */
export interface RangeTensors {
  min: tf.Tensor;
  max: tf.Tensor;
}

/**
 * Rounds every value to the nearest one that the format has in this range, and stays in float32:
 * value ↦ scale · (clamp(round(value / scale) + zeroPoint) − zeroPoint), halves upwards.
 *
 * The gradient is the clipped straight-through estimator's: 1 inside the range, 0 outside
 * (Bengio et al. 2013, arXiv:1308.3432; Jacob et al. 2018, arXiv:1712.05877, equation 12).
 *
 * @param x float32 of any shape; per channel its last axis, or its last axes together, are the
 *   channels (a depthwise kernel has `[height, width, channels, multiplier]`)
 * @param format the codes
 * @param range `min` and `max`: numbers, one for each channel, or tensors of those; 0 lies between
 * @returns float32 of x's shape; NaN stays NaN
 * @throws TypeError for what isn't numbers, a format or a range; RangeError for ends without 0
 *   between them, or of other channels than x has
 * @example
 * q.fakeQuantize(q.tf.tensor([-0.3, 0.4, 0.5, 9]), q.uint(2), { min: 0, max: 3 }); // [ 0, 0, 1, 3 ]
 */
export function fakeQuantize(
  x: tf.Tensor | tf.TensorLike,
  format: IntegerFormat,
  range: Range | RangeTensors,
): tf.Tensor {
  checkFormat(format);
  return tf.tidy(() => {
    const input = floats(x);
    const { min, max } = rangeTensors(range);
    if (min.rank === 0 || input.shape.at(-1) === min.size) {
      return fakeQuant(input, min, max, format);
    }
    const rows = input.reshape([-1, channelsOf(input, min.size)]);
    return fakeQuant(rows, min, max, format).reshape(input.shape);
  });
}

function channelsOf(x: tf.Tensor, channels: number): number {
  for (let product = 1, axis = x.rank - 1; axis >= 0; axis--) {
    product *= x.shape[axis]!;
    if (product === channels) return channels;
  }
  throw new RangeError(
    `invalid range: ${channels} channels for a tensor of shape [${x.shape}] (expected as many as its last axis has)`,
  );
}

/** Tensors are taken as they are: to check their values would be to wait for them in each step. */
function rangeTensors(range: Range | RangeTensors): RangeTensors {
  if (range?.min instanceof tf.Tensor && range.max instanceof tf.Tensor) {
    return range as RangeTensors;
  }
  checkRange(range as Range);
  const { min, max } = range as Range;
  const tensor = (end: number | ArrayLike<number>) =>
    typeof end === "number" ? tf.scalar(end) : tf.tensor1d(Float32Array.from(end));
  return { min: tensor(min), max: tensor(max) };
}

/** Numbers as float32, whatever list or type they come in. */
function floats(x: tf.Tensor | tf.TensorLike): tf.Tensor {
  const given = x instanceof tf.Tensor ? x : tf.tensor(x);
  if (given.dtype === "float32") return given;
  if (given.dtype === "int32") return given.toFloat();
  throw new TypeError(
    `invalid values: ${given.dtype} of shape [${given.shape}] (expected numbers, as in [0.1, -2])`,
  );
}
