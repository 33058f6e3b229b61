import { type Arrangement, arrange, Grid } from "../quantizers/index.js";
import { tf } from "../tensorflow/index.js";
import type {
  Estimator,
  EstimatorContext,
  EstimatorParameters,
  ForwardInput,
} from "./estimator.js";
import { gridFor, roundedBy } from "./parameters.js";

/**
 * @internal
 * Fake quantization whose gradients, for x and for the learned parameters, are the estimator's. The gradients
 * of the learned parameters are multiplied by the factor that the estimator says.
 *
 * @param inRows brings the values that share a scale into columns. Default: as the format says
 */
export function applyEstimator(
  estimator: Estimator,
  x: tf.Tensor,
  parameters: EstimatorParameters,
  context: EstimatorContext,
  inRows: (x: tf.Tensor, columns: number | undefined) => Arrangement = (x, columns) =>
    arrange(x, context.format, columns),
): tf.Tensor {
  const names = Object.keys(parameters);
  const named = (values: tf.Tensor[]): EstimatorParameters =>
    Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  const op = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as (tensors: tf.Tensor[]) => void;
    const [x, ...values] = args as [tf.Tensor, ...tf.Tensor[]];
    const parameters = named(values);
    const grid = gridFor(estimator, parameters, context);
    const { rows, restore } = inRows(x, grid.columns);
    const input: ForwardInput = { ...context, x: rows, grid, parameters };
    const value = roundedBy(estimator, input);
    checkShape(value, rows, () => `${estimator.name}: forward gave`);
    save([rows, value, ...(estimator.learned ? [grid.min, grid.max] : []), ...values]);
    return {
      value: restore(value),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const [rows, value, ...others] = saved as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
        const [min, max] = others as [tf.Tensor, tf.Tensor];
        const parameters = named(estimator.learned ? others.slice(2) : others);
        const grid = new Grid(context.format, { min, max });
        const arranged = inRows(dy, grid.columns);
        const input = { ...context, x: rows, grid, parameters, dy: arranged.rows, value };
        const gradients = estimator.backward(input);
        for (const [name, like] of Object.entries({ ...parameters, x: rows })) {
          if (!gradients[name] && name !== "x") continue;
          checkShape(gradients[name], like, () => `${estimator.name}: backward gave for ${name}`);
        }
        const examples = context.role === "activations" ? (dy.shape[0] ?? 1) : 1;
        const scaled = (name: string) => {
          const gradient = gradients[name];
          const parameter = parameters[name]!;
          if (!gradient) return tf.zerosLike(parameter);
          const count = Math.max(1, dy.size / examples / parameter.size);
          const factor = estimator.learned?.gradientScale?.(count, context) ?? 1;
          return factor === 1 ? gradient : tf.mul(gradient, factor);
        };
        return [arranged.restore(gradients.x!), ...names.map(scaled)];
      },
    };
  });
  return op(x, ...names.map((name) => parameters[name]!));
}

/** Checks the shape of an estimator's result, since TensorFlow.js would name an op instead of the estimator. */
function checkShape(result: tf.Tensor | undefined, like: tf.Tensor, subject: () => string): void {
  const expected = String(like.shape);
  if (result instanceof tf.Tensor && String(result.shape) === expected) return;
  const shown = result instanceof tf.Tensor ? `shape [${result.shape.join(", ")}]` : String(result);
  throw new TypeError(
    `invalid estimator ${subject()} ${shown} (expected a tensor of shape [${like.shape.join(", ")}])`,
  );
}
