import { fakeQuant, tf } from "../tensorflow/index.js";
import type { ScaleTensors } from "./codecs/codec.js";
import { hasFloatKernel, roundFloats } from "./codecs/roundFloats.js";
import { checkAnyFormat, codecOf, type Format } from "./format.js";
import { arrange, blocksOf, checkCount } from "./formats/granularity.js";
import { type IntegerFormat, isFormat } from "./formats/integer.js";
import { gridRangeTensors } from "./grid/grid.js";
import type { RangeTensors, ValueRange } from "./grid/range.js";
import { rangeTensors, type Scales } from "./grid/scales.js";

/**
 * Rounds every value to a value of the format; the result stays in float32. In an integer format that is value
 * ↦ scale · (clamp(round(value / scale) + zeroPoint) − zeroPoint), where halves are rounded upwards, or as the
 * format says.
 *
 * The gradient is the clipped straight-through estimator's: 1 inside the range, 0 outside (Bengio et al. 2013,
 * arXiv:1308.3432; Jacob et al. 2018, arXiv:1712.05877, equation 12). Integer formats that don't round as
 * TensorFlow does pass the gradient where the rounded code isn't clipped, as PyTorch does; binary, ternary,
 * codebook and MX formats, and formats that don't saturate, pass the gradient everywhere.
 *
 * @param x float32 of any shape; in a format per channel, the last axis, or the last axes together, are the
 *   channels (a depthwise kernel has `[height, width, channels, multiplier]`)
 * @param format the number format
 * @param range `min` and `max`, with 0 between them: numbers, lists with a number for each channel, or tensors;
 *   or `{ scale, zeroPoint }` for formats that don't round as TensorFlow does. Default: the range that the
 *   values of x need, so that the largest fits, for each channel, group or token as the format says
 * @returns float32 of x's shape; NaN stays NaN
 * @throws TypeError if `x` isn't numbers, `format` isn't a format or `range` isn't a range; RangeError if 0
 *   doesn't lie between the ends, if their number isn't the number of channels, or if the groups don't divide
 *   their axis
 * @example
 * q.fakeQuantize(q.tf.tensor([-0.3, 0.4, 0.5, 9]), q.uint(2), { min: 0, max: 3 }); // [ 0, 0, 1, 3 ]
 * q.fakeQuantize([0.5, 1.5, 2.5], q.int(4, { rounding: "halfEven" }), { scale: 1 }); // [ 0, 2, 2 ]
 * q.fakeQuantize([[0.4, 2], [10, 60]], q.int(2, { per: "token" })); // [ 0, 2, 0, 60 ]
 */
export function fakeQuantize(
  x: tf.Tensor | tf.TensorLike,
  format: Format,
  range?: ValueRange | RangeTensors | Scales,
): tf.Tensor {
  checkAnyFormat(format);
  return tf.tidy(() => {
    const input = floats(x);
    const ranges = range === undefined ? undefined : rangeTensors(range, format);
    const native = isFormat(format) && format.rounding === "halfUp";
    if (native && ranges) return onGrid(input, format, ranges as RangeTensors);
    const scales = scalesIn(ranges);
    if (hasFloatKernel(format) && !(format.kind === "mx" && ranges)) {
      return roundFloats(input, format, ranges, scales);
    }
    const { rows, columns, restore } = arrange(input, format, scales);
    return restore(roundRows(rows, columns, format, ranges));
  });
}

/** Rounds by TensorFlow's arithmetic, where a group or a token is read as it lies in memory. */
function onGrid(x: tf.Tensor, format: IntegerFormat, ranges: RangeTensors): tf.Tensor {
  const { min, max } = gridRangeTensors(ranges, format);
  const scales = scalesIn(ranges);
  const blocks = scales === undefined ? undefined : blocksOf(x, format);
  if (!blocks || blocks[0] === 1) {
    const { rows, restore } = arrange(x, format, scales);
    return restore(fakeQuant(rows, min, max, format));
  }
  checkCount(scales, blocks, x, format.per!);
  const [lows, highs] = [min, max].map((end) => end.reshape([blocks[0], blocks[2]]));
  return fakeQuant(x.reshape(blocks), lows!, highs!, format).reshape(x.shape);
}

/** @internal How many scales a range has; `undefined` if there is one range for all channels, or none. */
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

/** @internal A list or a tensor of numbers as a float32 tensor. */
export function floats(x: tf.Tensor | tf.TensorLike): tf.Tensor {
  const tensor = x instanceof tf.Tensor ? x : tf.tensor(x);
  if (tensor.dtype === "float32") return tensor;
  if (tensor.dtype === "int32") return tensor.toFloat();
  throw new TypeError(
    `invalid values: ${tensor.dtype} of shape [${tensor.shape}] (expected numbers, as in [0.1, -2])`,
  );
}
