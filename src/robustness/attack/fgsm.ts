import { checkOptions } from "../../arguments/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { TrainingData } from "../../train/index.js";
import { type AttackOptions, attackOptionNames, planOf } from "./options.js";
import { Attack } from "./result.js";
import { runAttack } from "./run.js";

/**
 * The fast gradient sign method: one step of length ε along the gradient's sign, `x + ε · sign(∇ₓ loss)`. Goodfellow,
 * Shlens and Szegedy 2015, arXiv:1412.6572, section 4. With the norm `"l2"` the step goes along the gradient itself.
 *
 * @param model a classifier with one input; layers run in inference mode
 * @param data examples with classes: a data set, or `{ xs, ys }` as {@link accuracy} takes it
 * @throws TypeError if a prepared model comes without `through`, or an integer model without `from`; RangeError if ε is
 *   not between 0 and the width of the data's range
 * @example
 * const attack = await q.robustness.fgsm(model, test, { epsilon: 0.1 });
 * attack.robust.share < attack.clean.share - 0.1; // true
 */
export async function fgsm(
  model: tf.LayersModel,
  data: TrainingData,
  options: AttackOptions,
): Promise<Attack> {
  checkOptions<AttackOptions>("q.robustness.fgsm", options, attackOptionNames);
  const { epsilon } = options ?? {};
  const plan = planOf(model, data, { ...options, steps: 1, stepSize: Math.max(0, epsilon) });
  const { labels, range, xs: original } = plan;
  const targeted = plan.target !== undefined;
  const words = { name: nameOf("FGSM", options), epsilon, labels, range, original, targeted };
  return new Attack(await runAttack(model, plan), words);
}

/** @internal An attack's name, with the model and the estimator whose gradients it follows. */
export function nameOf(name: string, { through, from }: AttackOptions): string {
  const estimator = typeof through === "string" ? through : through?.name;
  const parts = [name, from && `from ${from.name}`, estimator && `through ${estimator}`];
  return parts.filter(Boolean).join(" ");
}
