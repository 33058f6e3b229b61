import { fakeQuantValues, tf } from "../../tensorflow/index.js";
import { coveringRanges, divisor, finite } from "../extents.js";
import type { IntegerFormat } from "../formats/integer.js";
import { gridRangeTensors, scalesAndZeroPoints } from "../grid/grid.js";
import { roundTensor } from "../grid/rounding.js";
import type { Codec, CodecParameters } from "./codec.js";

const largestFloat = 3.4028234663852886e38;

/** @internal Affine integers: value = scale · (code − zeroPoint). */
export const integerCodec: Codec<IntegerFormat> = {
  parameters(rows, columns, format, range) {
    if (range && "scale" in range) {
      return { scale: range.scale, zeroPoint: range.zeroPoint ?? tf.zerosLike(range.scale) };
    }
    const ends = gridRangeTensors(range ?? coveringRanges(finite(rows), columns, format), format);
    return { ...scalesAndZeroPoints(ends, format), range: ends };
  },

  encode(rows, parameters, format) {
    const { smallest, largest } = format;
    if (format.rounding !== "halfUp") {
      return tf.clipByValue(steps(rows, parameters, format), smallest, largest);
    }
    const { scale, zeroPoint } = parameters;
    const { min, max } = parameters.range!;
    // The quotient is a whole number, except for float32's rounding.
    const multiple = tf.round(tf.div(fakeQuantValues(rows, min, max, format), divisor(scale)));
    return tf.add(multiple, zeroPoint!);
  },

  decode: (codes, { scale, zeroPoint }) => tf.mul(tf.sub(codes, zeroPoint!), scale),

  /**
   * The mask is found on the codes, as in PyTorch: the gradient passes half a step beyond either end of the
   * range.
   */
  inside(rows, parameters, format) {
    const { smallest, largest, rounding } = format;
    // The mask draws nothing: a second draw would differ from the one that rounded.
    const nearest =
      rounding === "stochastic" ? ({ ...format, rounding: "halfEven" } as const) : format;
    const code = steps(rows, parameters, nearest);
    const inside = tf.logicalAnd(tf.greaterEqual(code, smallest), tf.lessEqual(code, largest));
    return tf.cast(inside, "float32");
  },
};

/** The codes before they are clipped. */
function steps(rows: tf.Tensor, { scale, zeroPoint }: CodecParameters, format: IntegerFormat) {
  const finite = tf.clipByValue(rows, -largestFloat, largestFloat);
  const by = divisor(scale);
  // PyTorch multiplies by float32(1 / scale), ONNX Runtime and TensorFlow Lite divide.
  const scaled = format.matches === "pytorch" ? tf.mul(finite, tf.div(1, by)) : tf.div(finite, by);
  return tf.add(roundTensor(scaled, format.rounding, format.seed), zeroPoint!);
}
