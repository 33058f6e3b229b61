import { freeTape, tf } from "../../tensorflow/index.js";
import type { Objective } from "../options/objective.js";
import { clipByGlobalNorm } from "./clip.js";
import { namedStepError } from "./differentiable.js";
import { penaltiesOf } from "./penalties.js";

/**
 * @internal
 * Computes, from a batch's inputs and targets, `[n, …]` each, the sums over the batch, float32 `[1 + metrics]`:
 * loss · n, then each metric's sum. The caller disposes the result. The function reads no tensor back to
 * JavaScript.
 */
export type Measurement = (inputs: tf.Tensor[], targets: tf.Tensor[]) => tf.Tensor;

/** @internal The parts that a step is made of. */
export interface StepOptions {
  model: tf.LayersModel;
  optimizer: tf.Optimizer;
  objective: Objective;
  /** The largest norm of the gradients. Default: no limit. */
  clipNorm?: number;
  /** Runs the ops that the step has after the update. */
  afterUpdate?(): void;
}

/**
 * @internal
 * A step of gradient descent, layers in training mode. Its loss includes the regularizers' penalties; loss and
 * metrics are those before the update.
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
        return tf.stack([loss.mul(inputs[0]!.shape[0]), ...kept]);
      } catch (error) {
        freeTape();
        if (/Cannot find a connection/.test(String(error))) throw unconnected(model, error);
        throw namedStepError(model, error);
      } finally {
        tf.dispose(kept);
      }
    });
}

/** @internal The loss that a step makes smaller, regularizers' penalties included, and the metrics' sums. */
export function trainingLoss(
  { model, objective }: { model: tf.LayersModel; objective: Objective },
  inputs: tf.Tensor[],
  targets: tf.Tensor[],
): { loss: tf.Scalar; sums: tf.Tensor[] } {
  const outputs = objective.forward(() => apply(model, inputs, true));
  const { loss, sums } = objective.measure(targets, outputs);
  const whole = [loss, ...penaltiesOf(model)].reduce((a, b) => tf.add(a, b));
  return { loss: whole as tf.Scalar, sums };
}

/** @internal The loss, without penalties, and the metrics, with layers in inference mode. */
export function makeEvaluation({
  model,
  objective,
}: {
  model: tf.LayersModel;
  objective: Objective;
}): Measurement {
  return (inputs, targets) =>
    tf.tidy(() => {
      const outputs = objective.forward(() => apply(model, inputs, false));
      const { loss, sums } = objective.measure(targets, outputs);
      return tf.stack([loss.mul(inputs[0]!.shape[0]), ...sums]);
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
  // The gradients are in the variables' order, as in minimize: optimizers number their state by it.
  optimizer.applyGradients(variables.map(({ name }) => ({ name, tensor: clipped[name]! })));
  return value;
}

function unconnected({ name }: tf.LayersModel, cause: unknown): Error {
  return new TypeError(
    `invalid loss: no weight that is trained in model "${name}" has a gradient (expected a loss that is computed from the outputs by tensor ops, as in (yTrue, yPred) => yTrue.sub(yPred).square().mean())`,
    { cause },
  );
}
