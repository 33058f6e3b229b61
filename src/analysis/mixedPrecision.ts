import { bytes as bytesText, shortNumber } from "../display/numbers.js";
import { checkModel } from "../models/check.js";
import * as plot from "../plot/index.js";
import type { Scheme } from "../quantizers/index.js";
import { checkScheme } from "../quantizers/scheme.js";
import type { tf } from "../tensorflow/index.js";
import { type Choice, choicesOf, schemeWith } from "./choices.js";
import { type Cost, cost } from "./cost.js";
import { exactChoice, greedyChoice } from "./knapsack.js";
import { layerBars } from "./layerBars.js";
import { byNames } from "./plan.js";
import { Result } from "./result.js";
import { type Scores, Sensitivity } from "./sensitivityResult.js";

/** What a model may cost in all: the bytes of its parameters, or bit-operations for an example. */
export type Budget = { bytes: number } | { bitOperations: number };

/** Options of {@link mixedPrecision}. */
export interface MixedPrecisionOptions {
  /** As `q.analysis.cost` counts it, all layers together. */
  budget: Budget;
  /** What each width of each kernel costs: from {@link sensitivity} with `bits`, or scores of your own. */
  sensitivity: Sensitivity | Scores;
  /** The formats, but for the widths. Default: that of the sensitivity. */
  scheme?: Scheme;
  /** Default `"exact"`. */
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
 * A width for each layer's kernel: shows itself as a figure and a table.
 *
 * @example
 * const sensitivity = await q.analysis.sensitivity(model, scheme, train.take(256), { bits: [2, 4, 8] });
 * const mixed: q.analysis.MixedPrecision = q.analysis.mixedPrecision(model, { budget: { bytes: 600 }, sensitivity });
 * const quantized = await q.quantize(model, mixed.scheme, { calibration: train.take(256) });
 * q.analysis.cost(quantized).total.bytes <= 600; // true
 */
export class MixedPrecision extends Result<MixedPrecisionRow> {
  /** With these widths, to quantize or to prepare the model by. */
  readonly scheme: Scheme;
  /** The sum of the scores. */
  readonly score: number;
  /** What the model costs then. */
  readonly cost: Cost;

  /** @internal */
  constructor(rows: readonly MixedPrecisionRow[], scheme: Scheme, cost: Cost) {
    super(rows);
    this.scheme = scheme;
    this.score = rows.reduce((sum, { score }) => sum + score, 0);
    this.cost = cost;
  }

  /** The width of each layer's kernel, by its name. */
  get bits(): Record<string, number> {
    return Object.fromEntries(this.rows.map(({ layer, bits }) => [layer, bits]));
  }

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
 * Chooses a width for each layer's kernel, so that the sum of the layers' scores is least within a budget. That
 * the errors of layers add up is an assumption: {@link assignments} shows how far it holds.
 *
 * `"exact"` solves the multiple-choice knapsack problem (as an integer program in Yao et al. 2021, HAWQ-V3,
 * arXiv:2011.10680, section 3.4); `"greedy"` lowers widths step by step, the one with the least loss for what it saves first.
 *
 * @param model the float model
 * @param options `budget`, `sensitivity`; `scheme` where scores are your own; `method`
 * @returns the widths, and a scheme to quantize by
 * @throws RangeError for a budget that can't be held, with the least there is; TypeError for what isn't a budget or scores
 * @example
 * const scores = { conv: { 2: 1, 8: 0.1 }, depthwise: { 2: 3, 8: 0.2 }, pointwise: { 2: 2, 8: 0 }, logits: { 2: 0.1, 8: 0 } };
 * q.analysis.mixedPrecision(model, { budget: { bytes: 600 }, sensitivity: scores, scheme }).bits; // { conv: 8, depthwise: 8, pointwise: 8, logits: 2 }
 */
export function mixedPrecision(
  model: tf.LayersModel,
  options: MixedPrecisionOptions,
): MixedPrecision {
  checkModel(model);
  const { budget, sensitivity, method = "exact" } = options ?? {};
  const [limit, column] = checkBudget(budget);
  const scores = sensitivity instanceof Sensitivity ? sensitivity.scores : sensitivity;
  const given =
    options.scheme ?? (sensitivity instanceof Sensitivity ? sensitivity.scheme : undefined);
  checkScheme(given as Scheme);
  if (method !== "exact" && method !== "greedy") {
    throw new TypeError(`invalid method: ${method} (expected "exact" or "greedy")`);
  }
  if (typeof scores !== "object" || scores === null || Object.keys(scores).length === 0) {
    throw new TypeError(
      "invalid sensitivity: no scores of weights (expected q.analysis.sensitivity(model, scheme, data, { bits: [2, 4, 8] }))",
    );
  }
  const scheme = byNames(model, given as Scheme);
  const layers = choicesOf(model, scheme, scores);
  const items = layers.map(({ choices }) =>
    choices.map((choice) => ({ score: choice.score, cost: choice[column] })),
  );
  // Layers whose width isn't chosen cost as well.
  const { rows } = cost(model, scheme);
  const name = column === "bytes" ? "bytes" : "bit-operations";
  const fixed = rows
    .filter(({ layer }) => !Object.hasOwn(scores, layer))
    .reduce((sum, row) => sum + row[name], 0);
  const choose = method === "exact" ? exactChoice : greedyChoice;
  const taken = choose(items, limit - fixed);
  if (!taken) {
    const least = items.reduce((sum, one) => sum + Math.min(...one.map(({ cost }) => cost)), fixed);
    throw new RangeError(
      `invalid budget: ${limit} ${name} (the narrowest widths take ${least} already)`,
    );
  }
  const chosen = layers.map(({ layer, choices }, i) => rowOf(layer, choices[taken[i]!]!));
  const bits = Object.fromEntries(chosen.map((row) => [row.layer, row.bits]));
  const mixed = schemeWith(scheme, bits);
  return new MixedPrecision(chosen, mixed, cost(model, mixed));
}

function rowOf(layer: string, { bits, score, bytes, bitOperations }: Choice): MixedPrecisionRow {
  return { layer, bits, score, bytes, "bit-operations": bitOperations };
}

function checkBudget(budget: Budget): [limit: number, column: "bytes" | "bitOperations"] {
  const entries = Object.entries(Object(budget) as object);
  const [name, limit] = entries[0] ?? [];
  const known = name === "bytes" || name === "bitOperations";
  if (entries.length === 1 && known && typeof limit === "number" && limit > 0) return [limit, name];
  throw new TypeError(
    `invalid budget: ${JSON.stringify(budget)} (expected { bytes: 600 } or { bitOperations: 250000 })`,
  );
}
