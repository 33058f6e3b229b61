import { tf } from "../tensorflow/index.js";
import type { Estimator, EstimatorContext, Parameters } from "./estimator.js";
import { rangeFor } from "./parameters.js";

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
  const named = (values: tf.Tensor[]): Parameters =>
    Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  const op = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as (tensors: tf.Tensor[]) => void;
    const [x, ...values] = args as tf.Tensor[];
    const parameters = named(values);
    const { min, max } = rangeFor(estimator, parameters, context);
    const value = estimator.forward(x!, parameters, context, { min, max });
    save([x!, value, min, max, ...values]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [x, value, min, max, ...values]: tf.Tensor[]) => {
        const parameters = named(values);
        const made = { range: { min: min!, max: max! }, value: value! };
        const gradients = estimator.backward(dy, x!, parameters, context, made);
        const factor = estimator.learned?.gradientScale?.(x!, context, parameters) ?? 1;
        return [
          gradients.x!,
          ...names.map((name) => {
            const gradient = gradients[name] ?? tf.zerosLike(parameters[name]!);
            return factor === 1 || !gradients[name] ? gradient : tf.mul(gradient, factor);
          }),
        ];
      },
    };
  });
  return op(x, ...names.map((name) => parameters[name]!));
}
