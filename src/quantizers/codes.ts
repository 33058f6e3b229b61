import { tf } from "../tensorflow/index.js";
import { encodeTensor } from "./encode.js";
import { checkAnyFormat, type Format } from "./format.js";
import type { RangeTensors, ValueRange } from "./grid/range.js";
import type { Scales } from "./grid/scales.js";

/**
 * The integer codes that values have in a format. In an integer format, code = value / scale + zeroPoint for
 * the value that {@link fakeQuantize} rounds to (Jacob et al. 2018, arXiv:1712.05877, equation 1); in a
 * floating-point format, the code is the number's bits, sign first, as one whole number; in a codebook, the
 * code is an index; binary and ternary formats have the codes −1, 0 and 1.
 *
 * @param x float32 of any shape, channels last
 * @param range as {@link fakeQuantize} takes it; default: the range that the values of x need
 * @returns int32 of the same shape
 * @throws RangeError if a value is NaN and the format has no code for NaN; otherwise as {@link fakeQuantize}
 * @example
 * q.codes(q.tf.tensor([-9, -0.3, 0.4, 0.5]), q.int(2), { min: -2, max: 1 }); // [ -2, 0, 0, 1 ]
 * q.codes([1, -1], q.fp8("e4m3")); // [ 56, 184 ]
 */
export function codes(
  x: tf.Tensor | tf.TensorLike,
  format: Format,
  range?: ValueRange | RangeTensors | Scales,
): tf.Tensor {
  checkAnyFormat(format);
  return tf.tidy(() => {
    const { values, shape } = encodeTensor(x, format, range);
    return tf.tensor(values, shape, "int32");
  });
}
