import { fakeQuant, tf } from "../tensorflow/index.js";
import type { ScaleTensors } from "./codec.js";
import { isFormat } from "./format.js";
import { checkAnyFormat, codecOf, type Format } from "./formats.js";
import { arrange } from "./granularity.js";
import { gridRangeTensors } from "./grid.js";
import type { Range, RangeTensors } from "./range.js";
import { rangeTensors, type Scales } from "./scales.js";

/**
 * Rounds every value to one that the format has, and stays in float32. For integers that is
 * value ↦ scale · (clamp(round(value / scale) + zeroPoint) − zeroPoint), halves upwards or as the format
 * says.
 *
 * The gradient is the clipped straight-through estimator's: 1 inside the range, 0 outside
 * (Bengio et al. 2013, arXiv:1308.3432; Jacob et al. 2018, arXiv:1712.05877, equation 12). Integers that
 * don't round as TensorFlow pass it where the rounded code isn't clipped, as PyTorch does; binary,
 * ternary, codebook and MX formats, and what doesn't saturate, everywhere.
 *
 * @param x float32 of any shape; per channel its last axis, or its last axes together, are the
 *   channels (a depthwise kernel has `[height, width, channels, multiplier]`)
 * @param format the codes
 * @param range `min` and `max`: numbers, one for each channel, or tensors of those; 0 lies between. Or
 *   `{ scale, zeroPoint }` for formats that don't round as TensorFlow. Default: what the values of x
 *   need, so that the largest fits; per channel, group or token as the format says
 * @returns float32 of x's shape; NaN stays NaN
 * @throws TypeError for what isn't numbers, a format or a range; RangeError for ends without 0
 *   between them, of other channels than x has, or for groups that don't divide their axis
 * @example
 * q.fakeQuantize(q.tf.tensor([-0.3, 0.4, 0.5, 9]), q.uint(2), { min: 0, max: 3 }); // [ 0, 0, 1, 3 ]
 * q.fakeQuantize([0.5, 1.5, 2.5], q.int(4, { rounding: "halfEven" }), { scale: 1 }); // [ 0, 2, 2 ]
 * q.fakeQuantize([[0.4, 2], [10, 60]], q.int(2, { per: "token" })); // [ 0, 2, 0, 60 ]
 */
export function fakeQuantize(
  x: tf.Tensor | tf.TensorLike,
  format: Format,
  range?: Range | RangeTensors | Scales,
): tf.Tensor {
  checkAnyFormat(format);
  return tf.tidy(() => {
    const input = floats(x);
    const given = range === undefined ? undefined : rangeTensors(range, format);
    const { rows, columns, restore } = arrange(input, format, scalesIn(given));
    const native = isFormat(format) && format.rounding === "halfUp";
    if (!native || !given) return restore(roundRows(rows, columns, format, given));
    const { min, max } = gridRangeTensors(given as RangeTensors, format);
    return restore(fakeQuant(rows, min, max, format));
  });
}

/** @internal How many scales a range has; `undefined` where it is one for all, or there is none. */
export function scalesIn(range: RangeTensors | ScaleTensors | undefined): number | undefined {
  if (!range) return undefined;
  const sample = "scale" in range ? range.scale : range.min;
  return sample.rank === 0 ? undefined : sample.size;
}

function roundRows(
  rows: tf.Tensor,
  columns: number | undefined,
  format: Format,
  range: RangeTensors | ScaleTensors | undefined,
): tf.Tensor {
  const codec = codecOf(format);
  const op = tf.customGrad((...args: unknown[]) => {
    const [x, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    const parameters = codec.parameters(x, columns, format, range);
    const mask = codec.inside(x, parameters, format);
    const codes = codec.encode(x, parameters, format);
    const value = codec.decode(codes, parameters, format);
    save(mask ? [mask] : []);
    return {
      value: tf.where(tf.isNaN(x), x, value),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        saved[0] ? tf.mul(dy, saved[0]) : dy.clone(),
    };
  });
  return op(rows);
}

/** @internal Numbers as float32, whatever list or type they come in. */
export function floats(x: tf.Tensor | tf.TensorLike): tf.Tensor {
  const given = x instanceof tf.Tensor ? x : tf.tensor(x);
  if (given.dtype === "float32") return given;
  if (given.dtype === "int32") return given.toFloat();
  throw new TypeError(
    `invalid values: ${given.dtype} of shape [${given.shape}] (expected numbers, as in [0.1, -2])`,
  );
}
