import { tf } from "../tensorflow/index.js";
import { affine } from "./affine.js";
import { fakeQuantize } from "./fakeQuantize.js";
import type { IntegerFormat } from "./format.js";
import type { Range } from "./range.js";

/**
 * The integer codes that values have in a format: code = value / scale + zeroPoint of the value that
 * {@link fakeQuantize} rounds to. Jacob et al. 2018, arXiv:1712.05877, equation 1.
 *
 * @param x float32 of any shape, channels last
 * @param range as {@link fakeQuantize} takes it, in numbers
 * @returns int32 of the same shape
 * @throws RangeError for NaN, which has no code, and as {@link affine} does
 * @example
 * q.codes(q.tf.tensor([-9, -0.3, 0.4, 0.5]), q.int(2), { min: -2, max: 1 }); // [ -2, 0, 0, 1 ]
 */
export function codes(
  x: tf.Tensor | tf.TensorLike,
  format: IntegerFormat,
  range: Range,
): tf.Tensor {
  return tf.tidy(() => {
    const rounded = fakeQuantize(x, format, range);
    const { scale, zeroPoint } = affine(format, range);
    const values = rounded.dataSync();
    const channels = scale.length;
    const nan = values.findIndex(Number.isNaN);
    if (nan >= 0) {
      throw new RangeError(
        `invalid values: NaN at index ${nan} (expected numbers; NaN has no code)`,
      );
    }
    const integers = Int32Array.from(values, (value, i) => {
      const channel = i % channels;
      // A range of no width has one value, 0. Else value is a whole multiple of scale, rounded once.
      return zeroPoint[channel]! + Math.round(value / scale[channel]! || 0);
    });
    return tf.tensor(integers, rounded.shape, "int32");
  });
}
