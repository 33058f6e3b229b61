import { tf } from "../tensorflow/index.js";
import { encodeTensor } from "./encode.js";
import { checkAnyFormat, type Format } from "./formats.js";
import type { Range, RangeTensors } from "./range.js";
import type { Scales } from "./scales.js";

/**
 * The integer codes that values have in a format. For integers code = value / scale + zeroPoint of the
 * value that {@link fakeQuantize} rounds to (Jacob et al. 2018, arXiv:1712.05877, equation 1); for
 * floating-point numbers their bits, sign first, as one number; for a codebook the index; for
 * binary and ternary formats −1, 0 and 1.
 *
 * @param x float32 of any shape, channels last
 * @param range as {@link fakeQuantize} takes it; default: what the values of x need
 * @returns int32 of the same shape
 * @throws RangeError for NaN where it has no code, and as {@link fakeQuantize} does
 * @example
 * q.codes(q.tf.tensor([-9, -0.3, 0.4, 0.5]), q.int(2), { min: -2, max: 1 }); // [ -2, 0, 0, 1 ]
 * q.codes([1, -1], q.fp8("e4m3")); // [ 56, 184 ]
 */
export function codes(
  x: tf.Tensor | tf.TensorLike,
  format: Format,
  range?: Range | RangeTensors | Scales,
): tf.Tensor {
  checkAnyFormat(format);
  return tf.tidy(() => {
    const { values, shape } = encodeTensor(x, format, range);
    return tf.tensor(values, shape, "int32");
  });
}
