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
    checkShape(value, x!, () => `${estimator.name}: forward gave`);
    save([x!, value, min, max, ...values]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [x, value, min, max, ...values]: tf.Tensor[]) => {
        const parameters = named(values);
        const made = { range: { min: min!, max: max! }, value: value! };
        const gradients = estimator.backward(dy, x!, parameters, context, made);
        for (const [name, like] of Object.entries({ ...parameters, x: x! })) {
          if (!gradients[name] && name !== "x") continue;
          checkShape(gradients[name], like, () => `${estimator.name}: backward gave for ${name}`);
        }
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

/** Where one's own estimator broadcasts or sums by mistake, TensorFlow.js would name an op instead of it. */
function checkShape(given: tf.Tensor | undefined, like: tf.Tensor, what: () => string): void {
  const wanted = String(like.shape);
  if (given instanceof tf.Tensor && String(given.shape) === wanted) return;
  const shown = given instanceof tf.Tensor ? `shape [${given.shape.join(", ")}]` : String(given);
  throw new TypeError(
    `invalid estimator ${what()} ${shown} (expected a tensor of shape [${like.shape.join(", ")}])`,
  );
}
