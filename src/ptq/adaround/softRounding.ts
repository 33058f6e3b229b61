import { tf } from "../../tensorflow/index.js";

/** The rectified sigmoid reaches a little past 0 and 1 before it is clipped. */
const stretch = { low: -0.1, high: 1.1 };

/**
 * @internal
 * h(V) = clip(1.2·σ(V) − 0.1, 0, 1), the amount that is added to a value rounded down. Nagel et al. 2020,
 * arXiv:2004.10568, equation 23.
 */
export function softBits(v: tf.Tensor): tf.Tensor {
  const { low, high } = stretch;
  return v
    .sigmoid()
    .mul(high - low)
    .add(low)
    .clipByValue(0, 1);
}

/**
 * @internal
 * The V for which h(V) is `fraction`, from 0 to below 1, so that the optimization starts at the float kernel.
 */
export function startingPoint(fraction: number): number {
  const { low, high } = stretch;
  return -Math.log((high - low) / (fraction - low) - 1);
}

/** @internal Σ (1 − |2h − 1|^β), which pushes h to 0 or 1; equation 24. */
export function undecided(h: tf.Tensor, beta: tf.Scalar): tf.Scalar {
  return tf.sub(1, h.mul(2).sub(1).abs().pow(beta)).sum();
}

/** @internal β falls along half a cosine from 20 to 2, once the warm start is over. */
export function sharpness(progress: number): number {
  return 2 + ((20 - 2) * (1 + Math.cos(Math.PI * progress))) / 2;
}
