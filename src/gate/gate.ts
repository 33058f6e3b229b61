import { churn, groupedExamples } from "../analysis/index.js";
import { checkNumber } from "../arguments/index.js";
import type { tf } from "../tensorflow/index.js";
import { classified, type TrainingData } from "../train/index.js";
import { checkLimits, type GateOptions, quantities } from "./options.js";
import { Gate, type GateRow } from "./result.js";
import { type Changes, examplesNeeded, measuredOf, verdictOf } from "./verdict.js";

/**
 * Whether a new version of a model may take the place of the old one: which of its answers change is compared with limits,
 * also in each group of examples. Two accuracies that are alike hide changes that users see (Milani Fard et al. 2016;
 * Yan et al. 2021, arXiv:2011.09161).
 *
 * A limit is kept if the whole interval lies at or below it, and broken if the whole interval lies above it; between these the
 * data are too few to tell, and the gate says how many would do if the shares stayed. Intervals are Clopper and Pearson's,
 * for a loss of accuracy Agresti and Min's; their confidence is raised as Bonferroni's correction asks, so that all verdicts
 * hold together.
 *
 * @param old the model that is in use
 * @param fresh the model that is to replace it
 * @param data examples with classes, on which neither was trained
 * @throws TypeError or RangeError if a model or the data don't fit, if the classes differ, or if there is no limit
 * @example
 * const gate = q.gate(model, qat, test, { churn: 0.05, accuracy: 0.02 });
 * gate.verdict; // "fails" (W3A3: 20 % of the answers change)
 * q.gate(model, model, test.take(20), { churn: 0.01 }).verdict; // "too few data"
 */
export function gate(
  old: tf.LayersModel,
  fresh: tf.LayersModel,
  data: TrainingData,
  options: GateOptions,
): Gate {
  checkLimits(options);
  const { confidence = 0.95, subgroups } = options;
  checkNumber("confidence", confidence, { above: 0, below: 1 });
  const answers = churn(old, fresh, data).answers;
  for (const input of classified(old, data, "data").inputs) {
    const broken = input.dataSync().findIndex((value: number) => !Number.isFinite(value));
    if (broken < 0) continue;
    const example = Math.floor((broken * input.shape[0]!) / input.size);
    throw new RangeError(
      `invalid data: example ${example} has values that aren't finite, for which all versions answer alike (expected finite examples)`,
    );
  }
  const all = [...answers.labels.keys()];
  const groups = subgroups ? groupedExamples(old, data, subgroups.by ?? "class") : [];
  const checks = [
    ...quantities.map((quantity) => ({
      quantity,
      group: "all",
      limit: options[quantity],
      examples: all,
    })),
    ...groups.flatMap(({ name, examples }) =>
      quantities.map((quantity) => ({
        quantity,
        group: name,
        limit: subgroups?.[quantity],
        examples,
      })),
    ),
  ].filter(({ limit }) => limit !== undefined);
  const each = 1 - (1 - confidence) / checks.length;
  const rows = checks.map(({ quantity, group, limit, examples }): GateRow => {
    const changes = changesIn(answers, examples);
    const measured = measuredOf(quantity, changes, each);
    const verdict = verdictOf(measured, limit!);
    const needed = verdict === "too few data" ? { limit: limit!, confidence: each } : undefined;
    return {
      quantity: words[quantity],
      group,
      examples: examples.length,
      "limit (%)": 100 * limit!,
      "measured (%)": 100 * measured.share,
      "low (%)": 100 * measured.low,
      "high (%)": 100 * measured.high,
      verdict,
      "would do": needed ? examplesNeeded(quantity, changes, needed) : examples.length,
    };
  });
  return new Gate(rows, confidence);
}

const words = {
  churn: "changed answers",
  negativeFlips: "right, now wrong",
  accuracy: "loss of accuracy",
} as const;

function changesIn(
  { before, now, labels }: { before: Int32Array; now: Int32Array; labels: Int32Array },
  examples: readonly number[],
): Changes {
  const counts = { of: examples.length, changed: 0, lost: 0, won: 0 };
  for (const i of examples) {
    if (before[i] === now[i]) continue;
    counts.changed++;
    if (before[i] === labels[i]) counts.lost++;
    if (now[i] === labels[i]) counts.won++;
  }
  return counts;
}
