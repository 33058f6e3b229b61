import { checkCount, checkOptions } from "../../arguments/index.js";
import { IntegerModel } from "../../integer/index.js";
import { isPrepared } from "../../quantized/index.js";
import { holm, mcnemar } from "../../statistics/index.js";
import { tf } from "../../tensorflow/index.js";
import type { TrainingData } from "../../train/index.js";
import { lossesOf } from "../attack/loss.js";
import { farthest, type PgdOptions, type Plan, pgdOptionNames, planOf } from "../attack/options.js";
import { runAttack } from "../attack/run.js";
import { blackBox } from "./blackBox.js";
import { Masking, type MaskingRow } from "./result.js";

/** Options of {@link masked}: those of the attack that is judged. */
export interface MaskedOptions extends Omit<PgdOptions, "target" | "from"> {
  /** A model of the same task, say the float one, whose examples are tried too. Default: none. */
  transfer?: tf.LayersModel;
  /** How many trials the attack without gradients has for each example. Default 50. */
  queries?: number;
}

/**
 * Judges whether an attack's gradients are masked, so that the robustness that it reports isn't there: the signs that
 * Athalye, Carlini and Wagner list (2018, arXiv:1802.00420, section 3.1). The attack is {@link pgd} with the same options.
 *
 * - An attack without gradients, or examples transferred from another model, fool more examples than the attack does.
 * - One step fools more than many.
 * - A change of any size (ε of the whole range) leaves more accuracy than guessing has.
 * - The loss doesn't rise with ε.
 *
 * The first three comparisons are McNemar's tests on the same examples, corrected by Holm's method; each counts as found below 0.05.
 * No sign is no proof of robustness.
 *
 * @param model a classifier with one input
 * @param data examples with classes; some 200 suffice
 * @throws TypeError or RangeError as {@link pgd}
 * @example
 * const few = test.take(200);
 * (await q.robustness.masked(qat, few, { epsilon: 0.1, through: "none", transfer: model })).masked; // true
 * (await q.robustness.masked(qat, few, { epsilon: 0.1, through: "clippedSte", transfer: model })).masked; // false
 */
export async function masked(
  model: tf.LayersModel,
  data: TrainingData,
  options: MaskedOptions,
): Promise<Masking> {
  const { target: _target, from: _from, ...own } = pgdOptionNames;
  checkOptions<MaskedOptions>("q.robustness.masked", options, {
    ...own,
    transfer: true,
    queries: true,
  });
  const { transfer, queries = 50, ...attack } = options ?? {};
  checkCount("queries", queries);
  for (const judged of [model, transfer]) {
    if (!(judged instanceof IntegerModel)) continue;
    throw new TypeError(
      `invalid model: "${judged.name}" computes with integers, which have no gradients that could be masked (expected the prepared model that it was made from)`,
    );
  }
  const plan = planOf(model, data, attack);
  const { epsilon, range } = plan;
  if (epsilon === 0) {
    throw new RangeError(
      "invalid epsilon: 0 (expected a distance above 0, as in { epsilon: 0.1 })",
    );
  }
  const through = transfer && isPrepared(transfer) ? attack.through : undefined;
  const transferred = transfer && planOf(model, data, { ...attack, through, from: transfer });
  const white = await fooledBy(model, plan);
  const once = await fooledBy(model, { ...plan, steps: 1, stepSize: epsilon, restarts: 1 });
  const pairs: [string, boolean[]][] = [
    ["an attack without gradients beats it", blackBox(model, plan, queries)],
    ["one step beats many", once],
  ];
  if (transferred) {
    const words = `examples transferred from ${transfer.name} beat it`;
    pairs.unshift([words, await fooledBy(model, transferred)]);
  }
  const tests = pairs.map(([sign, other]) => ({ sign, ...compare(white, other) }));
  const corrected = holm(tests.map(({ p }) => p));
  const rows: MaskingRow[] = tests.map(({ sign, lost, won, p: _p }, i) => ({
    sign,
    found: won > lost && corrected[i]! < 0.05 ? "yes" : "no",
    measured: `${won} examples fall to the other alone, ${lost} to the attack alone; p = ${corrected[i]!.toPrecision(2)}`,
  }));
  const whole = farthest(plan.norm, range, plan.xs.size / plan.labels.length);
  const widest = { ...plan, epsilon: whole, stepSize: (2.5 * whole) / plan.steps };
  const left = share(await fooledBy(model, widest));
  const chance = 1 / plan.classes;
  rows.push({
    sign: "a change of any size leaves accuracy",
    found: left > chance ? "yes" : "no",
    measured: `${percent(left)} at ε = ${whole}; guessing has ${percent(chance)}`,
  });
  const losses = await lossesAt(model, plan);
  rows.push({
    sign: "the loss doesn't rise with ε",
    found: losses.some((loss, i) => i > 0 && !(loss > losses[i - 1]!)) ? "yes" : "no",
    measured: `${losses.map((loss) => loss.toPrecision(3)).join(", ")} at 0, ε / 4, ε / 2 and ε`,
  });
  return new Masking(rows);
}

async function fooledBy(model: tf.LayersModel, plan: Plan): Promise<boolean[]> {
  const { examples, fooled } = await runAttack(model, plan);
  examples.dispose();
  return fooled;
}

/** The mean loss of the attacked examples, for four strengths. */
async function lossesAt(model: tf.LayersModel, plan: Plan): Promise<number[]> {
  const labels = tf.tensor1d(plan.labels, "int32");
  const losses: number[] = [];
  for (const part of [0, 0.25, 0.5, 1]) {
    const weaker = { ...plan, epsilon: part * plan.epsilon, stepSize: part * plan.stepSize };
    const { examples } = await runAttack(model, weaker);
    losses.push(tf.tidy(() => lossesOf(model, examples, labels).mean().dataSync()[0]!));
    examples.dispose();
  }
  labels.dispose();
  return losses;
}

function compare(white: boolean[], other: boolean[]) {
  const won = other.filter((is, i) => is && !white[i]).length;
  const lost = white.filter((is, i) => is && !other[i]).length;
  return { won, lost, p: mcnemar(lost, won) };
}

function share(fooled: boolean[]): number {
  return fooled.filter((is) => !is).length / fooled.length;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
