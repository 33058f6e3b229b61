import { tf } from "../tensorflow/index.js";
import { clipByGlobalNorm } from "./clip.js";
import type { Objective } from "./objective.js";

/**
 * @internal
 * From a batch's inputs and targets, `[n, …]` each, to the sums over it, float32 `[1 + metrics]`:
 * loss · n, then each metric's sum. The caller disposes it. A function of tensors (and of the
 * model's variables): it reads none of them back.
 */
export type Measurement = (inputs: tf.Tensor[], targets: tf.Tensor[]) => tf.Tensor;

/** @internal What a step is made of. */
export interface StepOptions {
  model: tf.LayersModel;
  optimizer: tf.Optimizer;
  objective: Objective;
  /** The most that the gradients' norm may be; default: any. */
  clipNorm?: number;
  /** What else the step does, after the update. */
  afterUpdate?(): void;
}

/**
 * @internal
 * A step of gradient descent, layers in training mode. Its loss has the regularizers' penalties; it
 * and the metrics are those before the update.
 */
export function makeStep({
  model,
  optimizer,
  objective,
  clipNorm,
  afterUpdate,
}: StepOptions): Measurement {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return (inputs, targets) =>
    tf.tidy(() => {
      let kept: tf.Tensor[] = [];
      const cost = () => {
        const { loss, sums } = trainingLoss({ model, objective }, inputs, targets);
        // The gradients' own scope ends before they are returned.
        kept = sums.map((sum) => tf.keep(sum));
        return loss;
      };
      try {
        const loss = minimize(optimizer, cost, { variables, clipNorm });
        afterUpdate?.();
        return tf.stack([loss.mul(inputs[0]!.shape[0]!), ...kept]);
      } catch (error) {
        freeTape();
        throw error;
      } finally {
        tf.dispose(kept);
      }
    });
}

/** @internal What a step makes smaller, regularizers' penalties included, and the metrics' sums. */
export function trainingLoss(
  { model, objective }: { model: tf.LayersModel; objective: Objective },
  inputs: tf.Tensor[],
  targets: tf.Tensor[],
): { loss: tf.Scalar; sums: tf.Tensor[] } {
  const { loss, sums } = objective.measure(targets, apply(model, inputs, true));
  const whole = [loss, ...model.calculateLosses()].reduce((a, b) => tf.add(a, b));
  return { loss: whole as tf.Scalar, sums };
}

/** @internal Loss, without penalties, and metrics, layers in inference mode. */
export function makeEvaluation({
  model,
  objective,
}: {
  model: tf.LayersModel;
  objective: Objective;
}): Measurement {
  return (inputs, targets) =>
    tf.tidy(() => {
      const { loss, sums } = objective.measure(targets, apply(model, inputs, false));
      return tf.stack([loss.mul(inputs[0]!.shape[0]!), ...sums]);
    });
}

function apply(model: tf.LayersModel, inputs: tf.Tensor[], training: boolean): tf.Tensor[] {
  const outputs = model.apply(inputs.length === 1 ? inputs[0]! : inputs, { training });
  return [outputs].flat() as tf.Tensor[];
}

function minimize(
  optimizer: tf.Optimizer,
  cost: () => tf.Scalar,
  { variables, clipNorm }: { variables: tf.Variable[]; clipNorm?: number },
): tf.Tensor {
  if (clipNorm === undefined) return optimizer.minimize(cost, true, variables)!;
  const { value, grads } = optimizer.computeGradients(cost, variables);
  const clipped = clipByGlobalNorm(grads, clipNorm);
  // In the variables' order, as minimize does: optimizers number their state by it.
  optimizer.applyGradients(variables.map(({ name }) => ({ name, tensor: clipped[name]! })));
  return value;
}

/** Frees what a forward pass that failed has saved for the gradients: tfjs does only when none fails. */
function freeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  tf.dispose(state.activeTape?.map(({ saved }) => saved ?? []) ?? []);
  state.activeTape = null as never;
}
