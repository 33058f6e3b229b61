import { tf } from "../tensorflow/index.js";
import type { Estimator, EstimatorContext, Parameters } from "./estimator.js";

/**
 * @internal
 * Fake quantization whose gradients, for x and for what the estimator learns, are the estimator's. What
 * it learns has gradients scaled as the estimator says.
 */
export function applyEstimator(
  estimator: Estimator,
  x: tf.Tensor,
  parameters: Parameters,
  context: EstimatorContext,
): tf.Tensor {
  const names = Object.keys(parameters);
  const { learned } = estimator;
  const op = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as (tensors: tf.Tensor[]) => void;
    const tensors = args as tf.Tensor[];
    save(tensors);
    const named = ([x, ...values]: tf.Tensor[]) =>
      [x!, Object.fromEntries(names.map((name, i) => [name, values[i]!]))] as const;
    return {
      value: estimator.forward(...named(tensors), context),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, values] = named(saved);
        const gradients = estimator.backward(dy, x, values, context);
        const factor = learned?.gradientScale?.(x, context) ?? 1;
        return [
          gradients.x!,
          ...names.map((name) => {
            const gradient = gradients[name] ?? tf.zerosLike(values[name]!);
            return factor === 1 ? gradient : tf.mul(gradient, factor);
          }),
        ];
      },
    };
  });
  return op(x, ...names.map((name) => parameters[name]!));
}
