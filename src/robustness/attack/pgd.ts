import { checkOptions } from "../../arguments/index.js";
import type { tf } from "../../tensorflow/index.js";
import type { TrainingData } from "../../train/index.js";
import { nameOf } from "./fgsm.js";
import { type PgdOptions, pgdOptionNames, planOf } from "./options.js";
import { Attack } from "./result.js";
import { runAttack } from "./run.js";

/**
 * Projected gradient descent: many short steps along the gradient's sign (or its direction, for `"l2"`), each brought
 * back to within ε of the example. Madry et al. 2018, arXiv:1706.06083. Through a model that rounds, `through` names
 * the estimator that stands in for the true gradient: backward pass differentiable approximation, Athalye, Carlini and
 * Wagner 2018, arXiv:1802.00420, section 4.1.
 *
 * The first start is the example itself. An example counts as robust if it withstands the attack from every start.
 *
 * @param model a classifier with one input; layers run in inference mode
 * @param data examples with classes: a data set, or `{ xs, ys }` as {@link accuracy} takes it
 * @throws TypeError if a prepared model comes without `through`, or an integer model without `from`; RangeError if ε is
 *   not between 0 and the width of the data's range
 * @example
 * const attacked = (through: "none" | "clippedSte") =>
 *   q.robustness.pgd(qat, test, { epsilon: 0.1, steps: 10, through });
 * const [masked, honest] = [await attacked("none"), await attacked("clippedSte")];
 * masked.robust.share === masked.clean.share; // true (rounding's own gradient is 0: the attack finds nothing)
 * honest.robust.share < honest.clean.share - 0.1; // true
 */
export async function pgd(
  model: tf.LayersModel,
  data: TrainingData,
  options: PgdOptions,
): Promise<Attack> {
  checkOptions<PgdOptions>("q.robustness.pgd", options, pgdOptionNames);
  const { epsilon } = options ?? {};
  const plan = planOf(model, data, options ?? {});
  const { labels, range, xs: original } = plan;
  const targeted = plan.target !== undefined;
  const words = { name: nameOf("PGD", options), epsilon, labels, range, original, targeted };
  return new Attack(await runAttack(model, plan), words);
}
