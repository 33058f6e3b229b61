import { unknownIn } from "../../layers/index.js";
import { freeTape, runEagerly, tf } from "../../tensorflow/index.js";
import { batches } from "../data/batches.js";
import type { Examples } from "../data/data.js";
import type { Loss, LossFunction } from "../options/loss.js";
import type { Objective } from "../options/objective.js";

/** The op that an error of TensorFlow.js names, if the error says that the op has no gradient. */
function opWithoutGradient(error: unknown): string | undefined {
  return /gradient function not found for (\w+)/.exec(String(error))?.[1];
}

/** Ops whose gradient is 0 wherever there is one. */
const flat = [
  "ArgMax",
  "ArgMin",
  "Ceil",
  "Floor",
  "FloorDiv",
  "GreaterEqual",
  "Round",
  "Sign",
  "Step",
];

/**
 * @internal
 * Takes the gradient of a loss that is a user's function once, for made-up outputs of the model and the first targets, so
 * that a loss without a gradient is refused before a step changes anything.
 *
 * @throws TypeError if the loss computes an op that has no gradient, or is flat because of an op whose gradient is 0,
 *   naming the loss and the op
 */
export function checkDifferentiable(
  model: tf.LayersModel,
  loss: Loss | undefined,
  {
    objective,
    examples,
    batchSize,
  }: { objective: Objective; examples: Examples; batchSize: number },
): void {
  const functions = functionsIn(loss);
  if (functions.length === 0) return;
  const [first] = batches(examples, batchSize);
  const { inputs, targets } = first!;
  const size = inputs[0]!.shape[0];
  const value = (...outputs: tf.Tensor[]) => objective.measure(targets, outputs).loss.mean();
  const findFlat = () =>
    tf.tidy(() => {
      const outputs = model.outputs.map(({ shape }, i) => {
        const whole = [size, ...shape.slice(1).map((length) => length ?? 1)];
        return tf.randomNormal(whole, 0, 3, "float32", i + 1);
      });
      const ops = new Set<string>();
      const gradients = noting(ops, () => tf.grads(value)(outputs));
      const vanishes = gradients.every((gradient) => gradient.abs().max().dataSync()[0] === 0);
      return vanishes ? flat.find((op) => ops.has(op)) : undefined;
    });
  let op: string | undefined;
  let cause: unknown;
  try {
    op = runEagerly(findFlat, { seed: 0, step: 1 });
  } catch (error) {
    freeTape();
    // All other errors are those of the outputs, which are made up.
    op = opWithoutGradient(error);
    cause = error;
  } finally {
    tf.dispose([inputs, targets]);
  }
  if (op !== undefined) throw withoutGradient(functions, op, cause);
}

/** Runs a function that takes a gradient, and notes the names of the ops that the function differentiates. */
function noting<T>(ops: Set<string>, run: () => T): T {
  const engine = tf.engine() as unknown as {
    addTapeNode?(name: string, ...others: unknown[]): void;
  };
  const { addTapeNode } = engine;
  engine.addTapeNode = (name, ...others) => {
    ops.add(name);
    addTapeNode!.call(engine, name, ...others);
  };
  try {
    return run();
  } finally {
    delete engine.addTapeNode;
  }
}

function functionsIn(loss: Loss | undefined): LossFunction[] {
  const losses = typeof loss === "object" ? Object.values(loss) : [loss];
  return losses.filter((one) => typeof one === "function");
}

function withoutGradient(functions: LossFunction[], op: string, cause: unknown): TypeError {
  const names = functions.map(({ name }) => name || "a function").join(", ");
  return new TypeError(
    `invalid loss: ${names} computes ${op}, through which no gradient comes (expected ops that have one, as in (yTrue, yPred) => yTrue.sub(yPred).square().mean(); a function without a gradient can be a metric)`,
    { cause },
  );
}

/** @internal An error of a step in words that name the op and the layers that may compute it, if it lacks a gradient. */
export function namedStepError(model: tf.LayersModel, cause: unknown): unknown {
  const op = opWithoutGradient(cause);
  if (op === undefined) return cause;
  const unruled = model.layers.filter((layer) => unknownIn(layer));
  const layers = unruled.map((layer) => `"${layer.name}" (${layer.getClassName()})`).join(", ");
  return new TypeError(
    `cannot train model "${model.name}": ${layers || "one of its layers"} computes ${op}, of which TensorFlow.js has no gradient (expected ops that have one, or a gradient of your own, as q.tf.customGrad takes it)`,
    { cause },
  );
}
