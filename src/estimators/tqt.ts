import { powersOf } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type {
  Estimator,
  EstimatorContext,
  EstimatorParameters,
  LearnedParameters,
} from "./estimator.js";
import { rangeOfScale, startOf } from "./parameters.js";
import { logScaleGradient } from "./shared.js";

/** Exponents of thresholds, so that a range stays in float32 whatever its bits. */
const [lowest, highest] = [-100, 100];

const learned: LearnedParameters = {
  names: ["log2Threshold", "zeroPoint"],
  fixed: ["zeroPoint"],
  positive: [],
  initialize({ range }, { format }) {
    const { scale, zeroPoint } = startOf(range, format);
    const log2Threshold = scale.map((scale) => {
      const exponent = Math.log2(scale) + codeBits(format);
      return Math.min(highest, Math.max(lowest, exponent));
    });
    return { log2Threshold, zeroPoint };
  },
  range: (parameters, { format }) =>
    rangeOfScale(scaleOf(parameters, format), parameters.zeroPoint, format),
};

/**
 * Trained quantization thresholds: scales are powers of two, s = 2^⌈log₂t⌉ / 2^(b−1) (2^b for formats without a
 * sign), and log₂t is trained. The gradient of log₂t is s·ln 2 times LSQ's: round(x/s) − x/s inside the range,
 * the code of the end outside (Jain et al. 2020, arXiv:1903.08066, section 3). Thresholds are held between
 * 2⁻¹⁰⁰ and 2¹⁰⁰, and a dead channel starts from the lower one.
 *
 * The zero point, which isn't in the paper, stays as calibrated: 0 after a ReLU.
 */
export const tqt: Estimator = {
  name: "tqt",
  source: "Jain et al. 2020, arXiv:1903.08066, section 3",
  learned,
  backward({ dy, x, value, grid }) {
    const gradients = grid.rangeGradients(dy, x, value);
    const forLogarithm = logScaleGradient(gradients, grid);
    return { x: gradients.x, log2Threshold: tf.mul(forLogarithm, Math.LN2) };
  },
};

/** The exponent of the number of steps from 0 to the threshold. */
function codeBits({ bits, kind }: EstimatorContext["format"]): number {
  return kind === "int" ? bits - 1 : bits;
}

function scaleOf(
  { log2Threshold }: EstimatorParameters,
  format: EstimatorContext["format"],
): tf.Tensor {
  const exponent = tf.ceil(tf.clipByValue(log2Threshold!, lowest, highest));
  return powersOf(tf.sub(exponent, codeBits(format)));
}
