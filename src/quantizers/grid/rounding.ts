import { checkChoice } from "../../arguments/index.js";
import { random, tf } from "../../tensorflow/index.js";

/**
 * How a value between two codes is rounded: to the nearer code, and from the middle upwards (`"halfUp"`), to
 * the even code (`"halfEven"`), or away from zero (`"halfAwayFromZero"`); or by chance, to either with the
 * probability that keeps the mean (`"stochastic"`).
 */
export type Rounding = "halfUp" | "halfEven" | "halfAwayFromZero" | "stochastic";

/**
 * Whose arithmetic a format's values have, bit for bit: TensorFlow's FakeQuant ops, PyTorch's
 * `fake_quantize_per_…_affine`, ONNX Runtime's QuantizeLinear and DequantizeLinear, the reference kernel of
 * TensorFlow Lite's QUANTIZE, the casts of Google's ml_dtypes, the OCP Microscaling specification.
 */
export type Arithmetic = "tensorflow" | "pytorch" | "onnx" | "tflite" | "ml_dtypes" | "ocp";

/** @internal The arithmetics of integer formats that round in each way; the first is the default. */
export const arithmeticsOf: Readonly<Record<Rounding, readonly Arithmetic[]>> = {
  halfUp: ["tensorflow"],
  halfEven: ["pytorch", "onnx"],
  halfAwayFromZero: ["tflite"],
  stochastic: [],
};

/** @internal @throws TypeError if the rounding is unknown. `call` is the corrected call. */
export function checkRounding(
  rounding: Rounding,
  call: string,
  allowed: readonly Rounding[] = Object.keys(arithmeticsOf) as Rounding[],
): void {
  const example = `q.${call.replace("…", `{ rounding: "${allowed[0]}" }`)}`;
  checkChoice("rounding", rounding, allowed, { example });
}

/**
 * @internal
 * Rounds to whole numbers. NaN stays NaN.
 *
 * @param seed the seed of stochastic rounding: an integer or a text; without a seed each call draws anew
 */
export function roundTensor(x: tf.Tensor, rounding: Rounding, seed?: number | string): tf.Tensor {
  switch (rounding) {
    case "halfEven":
      return tf.round(x);
    case "halfUp":
      return roundHalfUp(x);
    case "halfAwayFromZero":
      return tf.mul(tf.sign(x), roundHalfUp(tf.abs(x)));
    case "stochastic":
      return stochastic(x, seed);
  }
}

/** floor(x + ½) would be wrong where the sum is rounded, as for 0.49999997. */
function roundHalfUp(x: tf.Tensor): tf.Tensor {
  const floor = tf.floor(x);
  return tf.add(floor, tf.cast(tf.greaterEqual(tf.sub(x, floor), 0.5), "float32"));
}

/**
 * Rounds up with the fraction as the probability, which is unbiased (Gupta et al. 2015, arXiv:1502.02551,
 * section 3).
 */
function stochastic(x: tf.Tensor, seed?: number | string): tf.Tensor {
  const floor = tf.floor(x);
  const draw = random.uniform(x.shape, { seed });
  return tf.add(floor, tf.cast(tf.less(draw, tf.sub(x, floor)), "float32"));
}
