import { cross } from "d3-array";
import { checkOptions } from "../../arguments/index.js";
import type { CalibrationMethod } from "../../calibration/index.js";
import { checkModel } from "../../graph/index.js";
import * as plot from "../../plot/index.js";
import type { Scheme } from "../../quantizers/index.js";
import { checkScheme, formatsOf } from "../../quantizers/index.js";
import { rankCorrelation } from "../../statistics/index.js";
import type { tf } from "../../tensorflow/index.js";
import { type InputData, type Loss, type TrainingData, yieldToEvents } from "../../train/index.js";
import { cost } from "../cost/cost.js";
import { judgeOf } from "../judge.js";
import { byNames } from "../plan.js";
import { Result, type Row } from "../result.js";
import { RoundedKernels } from "../sensitivity/roundedKernels.js";
import { type Scores, Sensitivity } from "../sensitivity/sensitivityResult.js";
import { choicesOf, type LayerChoices } from "./choices.js";

/**
 * An assignment of widths to kernels, with its cost and the model's loss and accuracy. The widths are columns
 * under the layers' names.
 */
export type AssignmentRow = Row & {
  bytes: number;
  "bit-operations": number;
  /** The sum of the layers' scores. */
  predicted: number;
  loss: number;
  "accuracy (%)": number;
};

/**
 * The results of every assignment of widths to layers, which show themselves as a figure and a table.
 *
 * @example
 * const scores = { pointwise: { 2: 0.3, 8: 0 }, logits: { 2: 0.1, 8: 0 } };
 * const cloud: q.analysis.Assignments = await q.analysis.assignments(model, scheme, test.take(100), { sensitivity: scores });
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

  /** The assignments for which no other has both fewer bytes and less loss, the smallest first. */
  get best(): AssignmentRow[] {
    const rising = [...this.rows].sort((a, b) => a.bytes - b.bytes || a.loss - b.loss);
    const kept: AssignmentRow[] = [];
    for (const row of rising) {
      if (kept.length === 0 || row.loss < kept.at(-1)!.loss) kept.push(row);
    }
    return kept;
  }

  /** Accuracy over size, a point for each assignment; a line joins the best assignments. */
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
  /** The scores of each width of each kernel: from {@link sensitivity} with `bits`, or scores from elsewhere. */
  sensitivity: Sensitivity | Scores;
  /** Examples on which ranges are found. Default: `data`. */
  calibration?: InputData;
  /** The method that finds ranges. Default `"mse"`. */
  method?: CalibrationMethod;
  /** The loss of data in tensors, `{ xs, ys }`, as in {@link fit}. Default: that of the compiled model. */
  loss?: Loss;
}

/** The most assignments that are tried; more would take hours. */
const most = 65536;

/**
 * Tries every assignment of widths to kernels (256 for four layers of four widths each), and so measures what
 * {@link mixedPrecision} only predicts. If the scheme quantizes activations, their ranges are the same for all
 * assignments.
 *
 * @param model the float model
 * @param scheme the formats, from {@link scheme}; the widths of kernels in it aren't used
 * @param data labelled examples on which loss and accuracy are measured
 * @throws RangeError if there are more than 65,536 assignments; the errors of {@link prepare}
 * @example
 * const bits = [2, 8];
 * const sensitivity = await q.analysis.sensitivity(model, scheme, test, { bits });
 * const cloud = await q.analysis.assignments(model, scheme, test, { sensitivity });
 * cloud.rows.length; // 16
 */
export async function assignments(
  model: tf.LayersModel,
  scheme: Scheme,
  data: TrainingData,
  options: AssignmentsOptions = {} as AssignmentsOptions,
): Promise<Assignments> {
  checkOptions<AssignmentsOptions>("q.analysis.assignments", options, {
    sensitivity: true,
    calibration: true,
    method: true,
    loss: true,
  });
  const { sensitivity, calibration = data, method = "mse", loss } = options;
  checkModel(model);
  checkScheme(scheme);
  const judge = judgeOf(model, data, loss);
  const formats = byNames(model, scheme);
  const scores = sensitivity instanceof Sensitivity ? sensitivity.scores : sensitivity;
  const layers = choicesOf(model, formats, scores);
  const count = layers.reduce((product, { choices }) => product * choices.length, 1);
  if (count > most) {
    throw new RangeError(
      `invalid sensitivity: ${count} assignments (expected at most ${most}; mixedPrecision finds the best assignment without trying all)`,
    );
  }
  const widths = [...new Set(layers.flatMap(({ choices }) => choices.map(({ bits }) => bits)))];
  const chosen = new Set(layers.map(({ layer }) => layer));
  const fixed = cost(model, formats).rows.filter(({ layer }) => !chosen.has(layer));
  const rounded = fixed.filter(({ layer }) => formatsOf(formats, { name: layer }).weights);
  const ranges = { calibration, method, activations: true };
  const kernels = await RoundedKernels.make(model, formats, [...widths, undefined], ranges);
  try {
    for (const row of rounded) kernels.use(row.layer, row["weight bits"]);
    const rows: AssignmentRow[] = [];
    for (const picked of combinations(layers)) {
      picked.forEach(({ bits }, i) => {
        kernels.use(layers[i]!.layer, bits);
      });
      const { loss, accuracy } = judge(kernels.model);
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
