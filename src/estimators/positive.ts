import { tf } from "../tensorflow/index.js";

/** The bounds of a parameter: beyond them, a range's ends or the squares of its steps would leave float32. */
const [smallest, largest] = [2 ** -100, 2 ** 100];
const bounds = [Math.fround(Math.log(smallest)), Math.fround(Math.log(largest))] as const;

/**
 * @internal
 * The natural logarithm that is trained in place of a parameter above 0. A parameter of 0, such as the scale of
 * a channel without values, starts from the smallest one, 2⁻¹⁰⁰.
 */
export function logarithmOf(values: ArrayLike<number>): Float32Array {
  return Float32Array.from(values, (value) =>
    Math.log(Math.min(largest, Math.max(smallest, value))),
  );
}

/**
 * @internal
 * The parameter whose logarithm is trained: e^logarithm, at least 2⁻¹⁰⁰ and at most 2¹⁰⁰. The logarithm's
 * gradient is the parameter's gradient times the parameter, at the bounds as well, so that training leads back
 * from there.
 */
export function fromLogarithm(logarithm: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...args: unknown[]) => {
    const [logarithm, save] = args as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    const value = tf.exp(tf.clipByValue(logarithm, ...bounds));
    save([value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [value]: tf.Tensor[]) => tf.mul(dy, value!),
    };
  });
  return op(logarithm);
}
