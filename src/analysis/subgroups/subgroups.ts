import { checkChoice, checkOptions } from "../../arguments/index.js";
import { Dataset } from "../../datasets/index.js";
import { checkModel } from "../../graph/index.js";
import { holm, mcnemar, pairedShare } from "../../statistics/index.js";
import type { tf } from "../../tensorflow/index.js";
import {
  classified,
  evaluationBatchSize,
  predictedClasses,
  type TrainingData,
} from "../../train/index.js";
import { groupedExamples } from "./groupedExamples.js";
import type { GroupBy } from "./grouping.js";
import { type SubgroupRow, Subgroups } from "./result.js";

/** Options of {@link subgroups}. */
export interface SubgroupsOptions {
  /** How examples are grouped, see {@link GroupBy}. Default `"class"`. */
  by?: GroupBy;
}

/** A model, or several of which each example gets the class that most of them name. */
export type ModelOrModels = tf.LayersModel | readonly tf.LayersModel[];

/**
 * Whom compression harms: the accuracy of models in groups of examples, and its change from a reference model's. A mean over all
 * examples hides that the change is seldom shared evenly (Hooker et al. 2019, arXiv:1911.05248; 2020, arXiv:2010.03058).
 *
 * Each change has McNemar's exact test, corrected by Holm's method for all groups and models, and an interval whose
 * confidence is raised as Bonferroni's correction asks, so that all intervals hold together with 95 %. Several models under
 * one name count as an ensemble. The examples on which a model (or ensemble) disagrees with the reference are listed and
 * shown: {@link Subgroups.disagreements}.
 *
 * @param models the models by name; the first is the reference, the float model say
 * @param data examples with classes
 * @throws TypeError or RangeError if a model or the data don't fit, or a class has no examples
 * @example
 * const groups = q.analysis.subgroups({ float: model, W3A3: qat }, test, { by: "class" });
 * groups.rows.length; // 10 (one for each class)
 */
export function subgroups(
  models: Readonly<Record<string, ModelOrModels>>,
  data: TrainingData,
  options: SubgroupsOptions = {},
): Subgroups {
  checkOptions<SubgroupsOptions>("q.analysis.subgroups", options, { by: true });
  const { by = "class" } = options;
  const entries = Object.entries(models ?? {}).map(
    ([name, model]) => [name, [model].flat() as tf.LayersModel[]] as const,
  );
  if (entries.length < 2) {
    throw new RangeError(
      `invalid models: ${entries.length} (expected a reference and others, as in { float: model, W4A4: ptq })`,
    );
  }
  for (const [name, ensemble] of entries) {
    if (ensemble.length === 0) checkChoice(`models of ${name}`, "none", [], { others: ["models"] });
    for (const model of ensemble) {
      checkModel(model);
      classified(model, data, "data");
    }
  }
  const first = entries[0]![1][0]!;
  const { inputs, labels } = classified(first, data, "data");
  const xs = inputs[0]!;
  const classes = first.outputs[0]!.shape[1]!;
  const names = data instanceof Dataset ? data.labels : undefined;
  const values = xs.dataSync() as Float32Array;
  const shape = xs.shape.slice(1);
  const groups = groupedExamples(first, data, by);
  const answers = entries.map(([, ensemble]) => modal(ensemble, inputs, classes));
  const reference = answers[0]!;
  const compared = entries.slice(1).flatMap(([model], m) =>
    groups.map(({ name, examples }) => ({
      model,
      group: name,
      ...changes({ reference, now: answers[m + 1]!, labels }, examples),
    })),
  );
  const corrected = holm(compared.map(({ lost, won }) => mcnemar(lost, won)));
  const confidence = 1 - 0.05 / compared.length;
  const rows = compared.map(({ model, group, of, right, lost, won }, i): SubgroupRow => {
    const { difference, low, high } = pairedShare({ won, lost, of }, confidence);
    return {
      model,
      group,
      examples: of,
      "accuracy (%)": (100 * (right - lost + won)) / of,
      "change (points)": 100 * difference,
      "low (points)": 100 * low,
      "high (points)": 100 * high,
      p: corrected[i]!,
    };
  });
  const named = Object.fromEntries(entries.map(([name], m) => [name, answers[m]!]));
  return new Subgroups(rows, { answers: named, labels, values, shape, names });
}

/** The class that most models of an ensemble name; of several the lowest. */
function modal(
  ensemble: readonly tf.LayersModel[],
  inputs: readonly tf.Tensor[],
  classes: number,
): Int32Array {
  const all = ensemble.map((model) => predictedClasses(model, inputs, evaluationBatchSize));
  return all[0]!.map((_, i) => {
    const votes = new Uint32Array(classes);
    for (const answers of all) votes[answers[i]!]!++;
    return votes.indexOf(Math.max(...votes));
  });
}

function changes(
  { reference, now, labels }: { reference: Int32Array; now: Int32Array; labels: Int32Array },
  examples: readonly number[],
) {
  const counts = { of: examples.length, right: 0, lost: 0, won: 0 };
  for (const i of examples) {
    const [before, after] = [reference[i] === labels[i], now[i] === labels[i]];
    if (before) counts.right++;
    if (before && !after) counts.lost++;
    if (!before && after) counts.won++;
  }
  return counts;
}
