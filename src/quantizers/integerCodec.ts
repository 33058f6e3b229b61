import { fakeQuant, tf } from "../tensorflow/index.js";
import type { Codec, Parameters } from "./codec.js";
import type { IntegerFormat } from "./format.js";
import { gridRangeTensors, gridTensors } from "./grid.js";
import { roundTensor } from "./rounding.js";
import { coveringRanges, divisor } from "./statistics.js";

const largestFloat = 3.4028234663852886e38;

/** @internal Affine integers: value = scale · (code − zeroPoint). */
export const integerCodec: Codec<IntegerFormat> = {
  parameters(rows, columns, format, range) {
    if (range && "scale" in range) {
      return { scale: range.scale, zeroPoint: range.zeroPoint ?? tf.zerosLike(range.scale) };
    }
    const ends = range ?? coveringRanges(rows, columns, format);
    return { ...gridTensors(ends, format), range: gridRangeTensors(ends, format) };
  },

  encode(rows, parameters, format) {
    const { smallest, largest } = format;
    if (format.rounding !== "halfUp") {
      return tf.clipByValue(steps(rows, parameters, format), smallest, largest);
    }
    const { scale, zeroPoint } = parameters;
    const { min, max } = parameters.range!;
    // A whole multiple of the scale, rounded once.
    const multiple = tf.round(tf.div(fakeQuant(rows, min, max, format), divisor(scale)));
    return tf.add(multiple, zeroPoint!);
  },

  decode: (codes, { scale, zeroPoint }) => tf.mul(tf.sub(codes, zeroPoint!), scale),

  /** On the code, as PyTorch does: half a step more than the range at either end. */
  inside(rows, parameters, format) {
    const { smallest, largest, rounding } = format;
    // Not drawn by chance a second time.
    const nearest =
      rounding === "stochastic" ? ({ ...format, rounding: "halfEven" } as const) : format;
    const code = steps(rows, parameters, nearest);
    const inside = tf.logicalAnd(tf.greaterEqual(code, smallest), tf.lessEqual(code, largest));
    return tf.cast(inside, "float32");
  },
};

/** The codes before they are clipped. */
function steps(rows: tf.Tensor, { scale, zeroPoint }: Parameters, format: IntegerFormat) {
  const finite = tf.clipByValue(rows, -largestFloat, largestFloat);
  const by = divisor(scale);
  // PyTorch multiplies by float32(1 / scale), ONNX Runtime and TensorFlow Lite divide.
  const scaled = format.matches === "pytorch" ? tf.mul(finite, tf.div(1, by)) : tf.div(finite, by);
  return tf.add(roundTensor(scaled, format.rounding, format.seed), zeroPoint!);
}
