import { cross } from "d3-array";
import type { CalibrationMethod } from "../calibration/index.js";
import type { Dataset } from "../datasets/index.js";
import { checkClasses, checkExamples, checkModel } from "../models/check.js";
import * as plot from "../plot/index.js";
import type { Scheme } from "../quantizers/index.js";
import { checkScheme, formatsOf } from "../quantizers/scheme.js";
import type { tf } from "../tensorflow/index.js";
import { evaluate } from "../train/index.js";
import { yieldToEvents } from "../train/yieldToEvents.js";
import { choicesOf, type LayerChoices } from "./choices.js";
import { cost } from "./cost.js";
import { RoundedKernels } from "./kernels.js";
import { byNames } from "./plan.js";
import { rankCorrelation } from "./rankCorrelation.js";
import { Result, type Row } from "./result.js";
import { type Scores, Sensitivity } from "./sensitivityResult.js";

/** Widths of all kernels, what they cost, and how the model does with them; the widths are columns by the layers' names. */
export type AssignmentRow = Row & {
  bytes: number;
  "bit-operations": number;
  /** The sum of the layers' scores. */
  predicted: number;
  loss: number;
  "accuracy (%)": number;
};

/**
 * Every assignment of widths to layers, tried: shows itself as a cloud and a table.
 *
 * @example
 * const scores = { pointwise: { 2: 0.3, 8: 0 }, logits: { 2: 0.1, 8: 0 } };
 * const cloud: q.analysis.Assignments = await q.analysis.assignments(model, test.take(100), { sensitivity: scores, scheme });
 * cloud.rows.length; // 4
 */
export class Assignments extends Result<AssignmentRow> {
  /** Spearman's correlation of the predicted score with the measured loss; NaN for fewer than two assignments. */
  get rankCorrelation(): number {
    if (this.rows.length < 2) return Number.NaN;
    return rankCorrelation(
      this.rows.map(({ predicted }) => predicted),
      this.rows.map(({ loss }) => loss),
    );
  }

  /** Those that no other one beats in both bytes and loss, small ones first. */
  get best(): AssignmentRow[] {
    const rising = [...this.rows].sort((a, b) => a.bytes - b.bytes || a.loss - b.loss);
    const kept: AssignmentRow[] = [];
    for (const row of rising) {
      if (kept.length === 0 || row.loss < kept.at(-1)!.loss) kept.push(row);
    }
    return kept;
  }

  /** Accuracy over size, a point for each; the best ones joined. */
  get figure(): plot.Figure {
    const { rows, best } = this;
    const accuracy = (row: AssignmentRow) => row["accuracy (%)"];
    const bytes = (row: AssignmentRow) => row.bytes;
    const cloud = plot.scatter(rows.map(bytes), rows.map(accuracy), {
      name: "assignments",
      color: "#767676",
      size: 5,
    });
    const front = plot.line(best.map(bytes), best.map(accuracy), {
      name: "least loss",
      color: plot.colors.ptq,
      markers: true,
    });
    return new plot.Figure({
      title: `All ${rows.length} assignments of bits to layers`,
      data: [cloud, front],
      x: { title: "parameters", unit: "bytes" },
      y: { title: "accuracy (%)" },
    });
  }

  override toString(): string {
    const correlation = this.rankCorrelation.toFixed(3);
    return `${this.rows.length} assignments; rank correlation of the sum over single layers with the measured loss: ${correlation}`;
  }
}

/** Options of {@link assignments}. */
export interface AssignmentsOptions {
  /** What each width of each kernel costs: from {@link sensitivity} with `bits`, or scores of your own. */
  sensitivity: Sensitivity | Scores;
  /** The formats, but for the widths of kernels. Default: that of the sensitivity. */
  scheme?: Scheme;
  /** Examples on which ranges are found. Default: `data`. */
  calibration?: Dataset;
  /** How ranges are found. Default `"mse"`. */
  method?: CalibrationMethod;
}

/** More than this takes hours. */
const most = 65536;

/**
 * Tries every assignment of widths to kernels, 256 for four layers of four widths each: what
 * {@link mixedPrecision} only predicts, measured. Ranges of activations, where the scheme has those, are the same for all.
 *
 * @param model the float model
 * @param data labelled examples on which loss and accuracy are measured
 * @param options `sensitivity`; `scheme` where scores are your own; `calibration` (default `data`), `method` (default `"mse"`)
 * @throws RangeError for more than 65,536 assignments; what {@link prepare} throws
 * @example
 * const bits = [2, 8];
 * const sensitivity = await q.analysis.sensitivity(model, scheme, test, { bits });
 * const cloud = await q.analysis.assignments(model, test, { sensitivity });
 * cloud.rows.length; // 16
 */
export async function assignments(
  model: tf.LayersModel,
  data: Dataset,
  { sensitivity, scheme: given, calibration = data, method = "mse" }: AssignmentsOptions,
): Promise<Assignments> {
  checkModel(model);
  checkExamples(model, data, "data");
  checkClasses(model, data, "data");
  const known = sensitivity instanceof Sensitivity;
  const wanted = (given ?? (known ? sensitivity.scheme : undefined)) as Scheme;
  checkScheme(wanted);
  const scheme = byNames(model, wanted);
  const layers = choicesOf(model, scheme, known ? sensitivity.scores : sensitivity);
  const count = layers.reduce((product, { choices }) => product * choices.length, 1);
  if (count > most) {
    throw new RangeError(
      `invalid sensitivity: ${count} assignments (expected at most ${most}; mixedPrecision finds the best ones without trying all)`,
    );
  }
  const widths = [...new Set(layers.flatMap(({ choices }) => choices.map(({ bits }) => bits)))];
  const chosen = new Set(layers.map(({ layer }) => layer));
  const fixed = cost(model, scheme).rows.filter(({ layer }) => !chosen.has(layer));
  const rounded = fixed.filter(({ layer }) => formatsOf(scheme, { name: layer }).weights);
  const how = { calibration, method, activations: true };
  const kernels = await RoundedKernels.make(model, scheme, [...widths, undefined], how);
  try {
    for (const row of rounded) kernels.use(row.layer, row["weight bits"]);
    const rows: AssignmentRow[] = [];
    for (const picked of combinations(layers)) {
      picked.forEach(({ bits }, i) => {
        kernels.use(layers[i]!.layer, bits);
      });
      const { loss, accuracy } = evaluate(kernels.model, data);
      const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
      rows.push({
        ...Object.fromEntries(layers.map(({ layer }, i) => [layer, picked[i]!.bits])),
        bytes: sum([...picked, ...fixed].map(({ bytes }) => bytes)),
        "bit-operations": sum([
          ...picked.map(({ bitOperations }) => bitOperations),
          ...fixed.map((row) => row["bit-operations"]),
        ]),
        predicted: sum(picked.map(({ score }) => score)),
        loss,
        "accuracy (%)": 100 * accuracy,
      });
      await yieldToEvents();
    }
    return new Assignments(rows);
  } finally {
    kernels.dispose();
  }
}

function combinations(layers: LayerChoices[]): LayerChoices["choices"][] {
  return layers.reduce<LayerChoices["choices"][]>(
    (lists, { choices }) => cross(lists, choices, (list, choice) => [...list, choice]),
    [[]],
  );
}
