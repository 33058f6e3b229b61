import { compile, tf } from "../../tensorflow/index.js";
import { gradientOf } from "./loss.js";
import type { Norm, Plan } from "./options.js";

/** @internal Moves examples one step; the caller disposes the result. */
export type Step = (
  xs: tf.Tensor,
  start: tf.Tensor,
  labels: tf.Tensor1D,
  lengths: tf.Tensor1D,
  state: string,
) => tf.Tensor;

/**
 * A step of projected gradient descent: along the gradient's sign (L∞) or its direction (L2), then back into the ball
 * around the example, then into the range of values. Madry et al. 2018, arXiv:1706.06083, section 2.1.
 */
function stepOf(plan: Plan): Step {
  const [low, high] = plan.range;
  return (xs, start, labels, lengths) =>
    tf.tidy(() => {
      const [epsilon, length] = tf.unstack(lengths) as [tf.Tensor, tf.Tensor];
      const gradient = gradientOf(plan, xs, labels);
      const direction = plan.norm === "linf" ? tf.sign(gradient) : unit(gradient);
      const moved = tf.sub(tf.add(xs, tf.mul(direction, length)), start);
      const change = plan.norm === "linf" ? within(moved, epsilon) : shortened(moved, epsilon);
      return tf.clipByValue(tf.add(start, change), low, high);
    });
}

function within(change: tf.Tensor, epsilon: tf.Tensor): tf.Tensor {
  return tf.minimum(tf.maximum(change, tf.neg(epsilon)), epsilon);
}

/** Each example's Euclidean norm, of a shape that broadcasts over the examples. */
function norms(values: tf.Tensor): tf.Tensor {
  const axes = Array.from({ length: values.rank - 1 }, (_, i) => i + 1);
  return tf.sqrt(tf.sum(tf.square(values), axes, true));
}

function unit(gradient: tf.Tensor): tf.Tensor {
  return tf.div(gradient, tf.maximum(norms(gradient), 1e-12));
}

function shortened(change: tf.Tensor, epsilon: tf.Tensor): tf.Tensor {
  const factor = tf.minimum(1, tf.div(epsilon, tf.maximum(norms(change), 1e-12)));
  return tf.mul(change, factor);
}

/** Compiled steps, kept with their model and estimator, so that an attack with another ε traces nothing anew. */
const kept = new WeakMap<tf.LayersModel, WeakMap<object, Map<string, Step>>>();
const noEstimator = {};

/** @internal The step of a plan: one native call, or op after op. */
export function stepFor(plan: Plan): Step {
  if (!plan.compiled) return stepOf(plan);
  const ofModel = entry(kept, plan.source, () => new WeakMap<object, Map<string, Step>>());
  const steps = entry(ofModel, plan.estimator ?? noEstimator, () => new Map<string, Step>());
  const key = [plan.norm, plan.target === undefined ? "any" : "one", ...plan.range].join();
  return entry(steps, key, () => compile(stepOf(forget(plan)) as never) as unknown as Step);
}

function entry<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** The parts of a plan that a step needs; it would keep the examples alive. */
function forget(plan: Plan): Plan {
  return { ...plan, xs: undefined as never, labels: undefined as never };
}

/** @internal The formats and modes of a model's layers, on which a compiled step depends. */
export function stateOf(model: tf.LayersModel): string {
  return model.layers.map((layer) => (layer as { traceKey?: string }).traceKey ?? "").join(";");
}

/** @internal The lengths that a step takes: ε, and the step's own. */
export function lengthsOf(norm: Norm, epsilon: number, length: number): tf.Tensor1D {
  return tf.tensor1d([epsilon, norm === "linf" ? Math.min(length, 2 * epsilon) : length]);
}
