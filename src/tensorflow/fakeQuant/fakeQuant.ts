import { fakeQuantKernels } from "../kernels/fakeQuant.js";
import { hasKernels } from "../kernels/library.js";
import { isNative, tf } from "../tf.js";
import { inBlocks } from "./blocks.js";
import { inColumns } from "./columns.js";
import { fakeQuantComposed } from "./composed.js";
import { type FakeQuantAttributes, fakeQuantNative } from "./native.js";

const native = inColumns(inBlocks(fakeQuantNative));
const composed = inColumns(fakeQuantComposed);

/**
 * Rounds values to the grid of a range as TensorFlow's `FakeQuantWithMinMaxVars` and `…PerChannel` do, by the
 * library's own kernels, by these ops where the kernels weren't built, or in composed ops on another backend. The
 * gradient is the ops' own: it goes to x inside the range, and outside of the range to `min` or `max`.
 *
 * @param x float32 of any shape
 * @param min scalar, or `[channels]` where x's last axis has the channels, or `[before, after]` where x is
 *   `[before, size, after]`
 * @param max a tensor of min's shape
 * @param attributes `bits` from 1 to 16 (1 bit isn't native), `narrowRange`
 */
export function fakeQuant(
  x: tf.Tensor,
  min: tf.Tensor,
  max: tf.Tensor,
  attributes: FakeQuantAttributes,
): tf.Tensor {
  const { forward, backward } = opsFor(attributes);
  const op = tf.customGrad((...args: unknown[]) => {
    const [x, min, max, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, (t: tf.Tensor[]) => void];
    save([x, min, max]);
    return {
      value: forward(x, min, max, attributes),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backward(dy, saved[0]!, saved[1]!, saved[2]!, attributes),
    };
  });
  return op(x, min, max);
}

/** @internal The values of {@link fakeQuant} alone, without a gradient. */
export function fakeQuantValues(
  x: tf.Tensor,
  min: tf.Tensor,
  max: tf.Tensor,
  attributes: FakeQuantAttributes,
): tf.Tensor {
  return opsFor(attributes).forward(x, min, max, attributes);
}

/**
 * The gradients of {@link fakeQuant} alone, from `dy` of x's shape: for x, and the sums for min and max, of
 * their shape.
 */
export function fakeQuantGradient(
  dy: tf.Tensor,
  x: tf.Tensor,
  min: tf.Tensor,
  max: tf.Tensor,
  attributes: FakeQuantAttributes,
): tf.Tensor[] {
  return opsFor(attributes).backward(dy, x, min, max, attributes);
}

/**
 * @internal
 * {@link fakeQuantGradient}, and as the fourth tensor the sum of the gradient for x times the error of rounding,
 * which is the gradient for the logarithm of a step within the range.
 *
 * @param value the result of {@link fakeQuant} for x
 */
export function fakeQuantGradients(
  dy: tf.Tensor,
  x: tf.Tensor,
  min: tf.Tensor,
  max: tf.Tensor,
  attributes: FakeQuantAttributes & { value: tf.Tensor },
): tf.Tensor[] {
  if (hasKernels()) return fakeQuantKernels.withRounding(dy, x, min, max, attributes);
  const gradients = fakeQuantGradient(dy, x, min, max, attributes);
  const terms = tf.mul(gradients[0]!, tf.sub(attributes.value, x));
  return [...gradients, min.rank === 0 ? tf.sum(terms) : tf.sum(terms, min.rank - 1)];
}

/** @internal The gradient for x alone, where compiled functions find an op without the sums. */
export const gradientForX = {
  of: (...call: Parameters<typeof fakeQuantGradient>): tf.Tensor =>
    hasKernels() ? fakeQuantKernels.forX(...call)[0]! : fakeQuantGradient(...call)[0]!,
};

function opsFor({ bits }: FakeQuantAttributes) {
  if (hasKernels()) return fakeQuantKernels;
  return isNative && bits >= 2 ? native : composed;
}
