import { random, tf } from "../tensorflow/index.js";

/**
 * Where a value goes that lies between two codes: to the nearer one, and from the middle upwards
 * (`"halfUp"`), to the even code (`"halfEven"`), or away from zero (`"halfAwayFromZero"`); or by chance,
 * to either with the probability that keeps the mean (`"stochastic"`).
 */
export type Rounding = "halfUp" | "halfEven" | "halfAwayFromZero" | "stochastic";

/**
 * Whose numbers a format's are, bit for bit: TensorFlow's FakeQuant ops, PyTorch's
 * `fake_quantize_per_…_affine`, ONNX Runtime's QuantizeLinear and DequantizeLinear, the reference kernel
 * of TensorFlow Lite's QUANTIZE, the casts of Google's ml_dtypes, the OCP Microscaling specification.
 */
export type Kernel = "tensorflow" | "pytorch" | "onnx" | "tflite" | "ml_dtypes" | "ocp";

/** @internal The kernels of integer formats that round so; the first is the default. */
export const kernelsOf: Readonly<Record<Rounding, readonly Kernel[]>> = {
  halfUp: ["tensorflow"],
  halfEven: ["pytorch", "onnx"],
  halfAwayFromZero: ["tflite"],
  stochastic: [],
};

/** @internal @throws TypeError for another rounding. `call` is the corrected call. */
export function checkRounding(
  rounding: Rounding,
  call: string,
  allowed: readonly Rounding[] = Object.keys(kernelsOf) as Rounding[],
): void {
  if (allowed.includes(rounding)) return;
  const names = allowed.map((name) => `"${name}"`).join(", ");
  throw new TypeError(
    `invalid rounding: ${rounding} (expected one of ${names}, as in q.${call.replace("…", `{ rounding: ${`"${allowed[0]}"`} }`)})`,
  );
}

/**
 * @internal
 * Rounds to whole numbers. NaN stays NaN.
 *
 * @param seed of stochastic rounding: an integer or a text; without one each call draws anew
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

/** Up with the probability of the fraction: unbiased (Gupta et al. 2015, arXiv:1502.02551, section 3). */
function stochastic(x: tf.Tensor, seed?: number | string): tf.Tensor {
  const floor = tf.floor(x);
  const draw = random.uniform(x.shape, { seed });
  return tf.add(floor, tf.cast(tf.less(draw, tf.sub(x, floor)), "float32"));
}
