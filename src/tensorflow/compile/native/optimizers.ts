import type { OpAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";
import type { Gradients, Inner } from "../optimizers.js";
import type { Recorder } from "../recorder.js";
import { adam } from "./adam.js";
import { gradientDescent } from "./gradientDescent.js";
import { momentum } from "./momentum.js";
import { rmsProp } from "./rmsProp.js";

/** A variable that an optimizer keeps for one that is trained. */
export interface Slot {
  originalName: string;
  variable: tf.Variable;
}

/** How one of tfjs's optimizers is written with an op of TensorFlow's, one for each variable. */
export interface NativeUpdate {
  /** The op, such as `ResourceApplyAdam`. */
  name: string;
  attributes: OpAttribute[];
  /** The slots, by their names: in each list the one of the variable with that index, if it has been made. */
  slots: Record<string, Slot[]>;
  /** The factor that the op keeps each slot multiplied by, if it isn't 1. */
  scales?: number[];
  /** The op's inputs, in their order. */
  inputs(
    variable: tf.Variable,
    slots: tf.Variable[],
    gradient: tf.Tensor,
  ): (tf.Variable | tf.Tensor)[];
  /** Assigns, once, the values that the optimizer keeps for all variables together. */
  finish?(): void;
}

/** Makes the update of a step; `undefined` if the op can't do this optimizer's update. */
export type NativeOptimizer<O = never> = (
  optimizer: O,
  rate: tf.Scalar,
  recorder: Recorder,
) => NativeUpdate | undefined;

const natives = () =>
  new Map<unknown, NativeOptimizer>([
    [tf.SGDOptimizer.prototype, gradientDescent as NativeOptimizer],
    [tf.MomentumOptimizer.prototype, momentum as NativeOptimizer],
    [tf.AdamOptimizer.prototype, adam as NativeOptimizer],
    [tf.RMSPropOptimizer.prototype, rmsProp as NativeOptimizer],
  ]);

/**
 * @internal
 * Writes an optimizer's step as native ops, and takes the step as tfjs does.
 *
 * @param apply tfjs's own step, for all variables
 * @returns whether the step was written as native ops. tfjs's ops take the steps of optimizers for which no op of
 *   TensorFlow's agrees with tfjs (AdaGrad, AdaDelta and AdaMax, and centered RMSProp: their epsilon is elsewhere)
 */
export function applyNative(
  recorder: Recorder,
  optimizer: Inner,
  gradients: Gradients,
  apply: () => void,
): boolean {
  const native = natives().get(Object.getPrototypeOf(optimizer));
  if (!native) return false;
  const rate = recorder.feed({ read: () => optimizer.learningRate, dtype: "float32" });
  const update = native(optimizer as never, rate, recorder);
  if (!update) return false;
  const steps = stepsOf(recorder, gradients, update);
  const changed = steps.flatMap(({ variable, slots }) => [variable, ...slots]);
  const fits = changed.every((variable) => recorder.isUntouched(variable));
  if (!fits || new Set(changed).size < changed.length) return false;
  // tfjs takes its step for all variables at once, beside the first op.
  let run = apply;
  for (const { variable, slots, gradient } of steps) {
    const inputs = update.inputs(variable, slots, gradient);
    slots.forEach((slot, i) => {
      recorder.scale(slot, update.scales?.[i] ?? 1);
    });
    recorder.update(update.name, update.attributes, inputs, run);
    run = () => {};
  }
  update.finish?.();
  return true;
}

/**
 * @internal
 * The ratio of a slot of TensorFlow's, which adds 1 − decay in 32 bits, to the same slot of tfjs's, which adds
 * the nearest 32 bits to 1 − decay: 0.999987 for a decay of 0.999.
 */
export function shareOf(decay: number): number {
  return Math.fround(1 - Math.fround(decay)) / Math.fround(1 - decay);
}

function stepsOf(recorder: Recorder, gradients: Gradients, { slots }: NativeUpdate) {
  const list = Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => ({ name, gradient: tensor }))
    : Object.entries(gradients).map(([name, gradient]) => ({ name, gradient }));
  return list.flatMap(({ name, gradient }, index) => {
    const variable = tf.engine().registeredVariables[name] as tf.Variable;
    const own = Object.entries(slots).map(([slot, made]) => {
      made[index] ??= newSlot(recorder, variable, `${name}/${slot}`);
      return made[index].variable;
    });
    return gradient == null ? [] : [{ variable, gradient, slots: own }];
  });
}

/** A slot as tfjs's optimizers make it in their first step. */
function newSlot(recorder: Recorder, variable: tf.Variable, originalName: string): Slot {
  const make = () => tf.tidy(() => tf.zerosLike(variable).variable(false));
  return { originalName, variable: recorder.slot(make) };
}
