import { checkChoice, checkOptions } from "../../arguments/index.js";
import { bytes as bytesText, shortNumber } from "../../display/index.js";
import { checkModel } from "../../graph/index.js";
import * as plot from "../../plot/index.js";
import type { Scheme } from "../../quantizers/index.js";
import { checkScheme } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import { type Cost, cost } from "../cost/cost.js";
import { layerBars } from "../layerBars.js";
import { byNames } from "../plan.js";
import { Result } from "../result.js";
import { type Scores, Sensitivity } from "../sensitivity/sensitivityResult.js";
import { type Choice, choicesOf, schemeWith } from "./choices.js";
import { exactChoice, greedyChoice } from "./knapsack.js";

/** The most that a model may cost in all: the bytes of its parameters, or the bit-operations for an example. */
export type Budget = { bytes: number } | { bitOperations: number };

/** Options of {@link mixedPrecision}. */
export interface MixedPrecisionOptions {
  /** The budget for all layers together, as `q.analysis.cost` counts. */
  budget: Budget;
  /** The scores of each width of each kernel: from {@link sensitivity} with `bits`, or scores from elsewhere. */
  sensitivity: Sensitivity | Scores;
  /** The method that chooses. Default `"exact"`. */
  method?: "exact" | "greedy";
}

/** A layer with the width that was chosen for its kernel. */
export type MixedPrecisionRow = {
  layer: string;
  bits: number;
  score: number;
  bytes: number;
  "bit-operations": number;
};

/**
 * A width for each layer's kernel, which shows itself as a figure and a table.
 *
 * @example
 * const sensitivity = await q.analysis.sensitivity(model, scheme, train.take(256), { bits: [2, 4, 8] });
 * const mixed: q.analysis.MixedPrecision = q.analysis.mixedPrecision(model, scheme, { budget: { bytes: 600 }, sensitivity });
 * const quantized = await q.quantize(model, mixed.scheme, { calibration: train.take(256) });
 * q.analysis.cost(quantized).total.bytes <= 600; // true
 */
export class MixedPrecision extends Result<MixedPrecisionRow> {
  /** The scheme with the chosen widths, for {@link quantize} or {@link prepare}. */
  readonly scheme: Scheme;
  /** The sum of the scores. */
  readonly score: number;
  /** The costs of the model with the chosen widths. */
  readonly cost: Cost;

  /** @internal */
  constructor(rows: readonly MixedPrecisionRow[], scheme: Scheme, cost: Cost) {
    super(rows);
    this.scheme = scheme;
    this.score = rows.reduce((sum, { score }) => sum + score, 0);
    this.cost = cost;
  }

  /** The width of each layer's kernel, by the layer's name. */
  get bits(): Record<string, number> {
    return Object.fromEntries(this.rows.map(({ layer, bits }) => [layer, bits]));
  }

  /** The width of each layer's kernel, as bars. */
  get figure(): plot.Figure {
    const names = this.rows.map(({ layer }) => layer);
    const bits = this.rows.map((row) => row.bits);
    return layerBars({
      title: "Bits of each layer’s weights",
      data: [plot.bars(names, bits, { name: "bits", colors: bits.map(plot.bitColor) })],
      value: { title: "width", unit: "bits", zero: true },
    });
  }

  override toString(): string {
    const widths = this.rows.map(({ layer, bits }) => `${layer} ${bits}`).join(", ");
    const { bytes, "bit-operations": operations } = this.cost.total;
    return `Bits: ${widths}; ${bytesText(bytes)}, ${shortNumber(operations)} bit-operations; sum of scores ${shortNumber(this.score)}`;
  }
}

/**
 * Chooses a width for each layer's kernel, so that the sum of the layers' scores is least within a budget. The
 * sum assumes that the errors of layers add up; {@link assignments} shows how far this is true.
 *
 * `"exact"` solves the multiple-choice knapsack problem (as an integer program in Yao et al. 2021, HAWQ-V3,
 * arXiv:2011.10680, section 3.4); `"greedy"` lowers widths step by step, always the width whose score rises
 * least for the cost that it saves.
 *
 * @param model the float model
 * @param scheme the formats, from {@link scheme}; the widths of kernels in it aren't used
 * @returns the widths, and a scheme to quantize by
 * @throws RangeError if the narrowest widths exceed the budget (the message says how much of it they take); TypeError if
 *   `budget` or `sensitivity` isn't as above
 * @example
 * const scores = { conv: { 2: 1, 8: 0.1 }, depthwise: { 2: 3, 8: 0.2 }, pointwise: { 2: 2, 8: 0 }, logits: { 2: 0.1, 8: 0 } };
 * q.analysis.mixedPrecision(model, scheme, { budget: { bytes: 600 }, sensitivity: scores }).bits; // { conv: 8, depthwise: 8, pointwise: 8, logits: 2 }
 */
export function mixedPrecision(
  model: tf.LayersModel,
  scheme: Scheme,
  options: MixedPrecisionOptions = {} as MixedPrecisionOptions,
): MixedPrecision {
  checkOptions<MixedPrecisionOptions>("q.analysis.mixedPrecision", options, {
    budget: true,
    sensitivity: true,
    method: true,
  });
  const { budget, sensitivity, method = "exact" } = options;
  checkModel(model);
  checkScheme(scheme);
  const [limit, column] = checkBudget(budget);
  const scores = sensitivity instanceof Sensitivity ? sensitivity.scores : sensitivity;
  checkChoice("method", method, ["exact", "greedy"]);
  if (typeof scores !== "object" || scores === null || Object.keys(scores).length === 0) {
    throw new TypeError(
      "invalid sensitivity: no scores of weights (expected q.analysis.sensitivity(model, scheme, data, { bits: [2, 4, 8] }))",
    );
  }
  const formats = byNames(model, scheme);
  const layers = choicesOf(model, formats, scores);
  const items = layers.map(({ choices }) =>
    choices.map((choice) => ({ score: choice.score, cost: choice[column] })),
  );
  // Layers whose width isn't chosen count in the costs too.
  const { rows } = cost(model, formats);
  const name = column === "bytes" ? "bytes" : "bit-operations";
  const fixed = rows
    .filter(({ layer }) => !Object.hasOwn(scores, layer))
    .reduce((sum, row) => sum + row[name], 0);
  const choose = method === "exact" ? exactChoice : greedyChoice;
  const taken = choose(items, limit - fixed);
  if (!taken) {
    const least = items.reduce(
      (sum, options) => sum + Math.min(...options.map(({ cost }) => cost)),
      fixed,
    );
    throw new RangeError(
      `invalid budget: ${limit} ${name} (the narrowest widths take ${least} already)`,
    );
  }
  const chosen = layers.map(({ layer, choices }, i) => rowOf(layer, choices[taken[i]!]!));
  const bits = Object.fromEntries(chosen.map((row) => [row.layer, row.bits]));
  const mixed = schemeWith(formats, bits);
  return new MixedPrecision(chosen, mixed, cost(model, mixed));
}

function rowOf(layer: string, { bits, score, bytes, bitOperations }: Choice): MixedPrecisionRow {
  return { layer, bits, score, bytes, "bit-operations": bitOperations };
}

function checkBudget(budget: Budget): [limit: number, column: "bytes" | "bitOperations"] {
  const entries = Object.entries(Object(budget) as object);
  const [name, limit] = entries[0] ?? [];
  const isCost = name === "bytes" || name === "bitOperations";
  if (entries.length === 1 && isCost && typeof limit === "number" && limit > 0)
    return [limit, name];
  throw new TypeError(
    `invalid budget: ${JSON.stringify(budget)} (expected { bytes: 600 } or { bitOperations: 250000 })`,
  );
}
