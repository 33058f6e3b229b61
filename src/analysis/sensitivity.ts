import type { CalibrationMethod } from "../calibration/index.js";
import type { Dataset } from "../datasets/index.js";
import { checkClasses, checkExamples, checkModel } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { topology } from "../models/topology.js";
import * as plot from "../plot/index.js";
import { isQuantizedOutput } from "../qat/formats.js";
import { prepare } from "../qat/prepare.js";
import { type Scheme, scheme } from "../quantizers/index.js";
import { checkScheme, formatsOf } from "../quantizers/scheme.js";
import type { tf } from "../tensorflow/index.js";
import { type Evaluation, evaluate } from "../train/index.js";
import { yieldToEvents } from "../train/yieldToEvents.js";
import { RoundedKernels, withBits } from "./kernels.js";
import { layerBars } from "./layerBars.js";
import { kernelLayers } from "./plan.js";
import { Result } from "./result.js";

/** What the model loses when nothing but this is quantized. */
export type SensitivityRow = {
  layer: string;
  part: "weights" | "activations";
  bits: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  "loss increase": number;
  "accuracy (%)": number;
  "accuracy drop (points)": number;
};

/** A score for each width of each layer's kernel: what it costs to quantize that, the less the better. */
export type Scores = Record<string, Record<number, number>>;

/**
 * How much each layer's quantization hurts by itself: shows itself as a figure and a table.
 *
 * @example
 * const one: q.analysis.Sensitivity = await q.analysis.sensitivity(model, scheme, test);
 * one.rows.length; // 8 (four kernels, four activations: the input and three outputs)
 */
export class Sensitivity extends Result<SensitivityRow> {
  /** How the model does in float32. */
  readonly float: Evaluation;
  /** The scheme whose parts were tried. */
  readonly scheme: Scheme;

  /** @internal */
  constructor(rows: readonly SensitivityRow[], float: Evaluation, scheme: Scheme) {
    super(rows);
    this.float = float;
    this.scheme = scheme;
  }

  /**
   * The increase of the loss for each width of each kernel, as {@link mixedPrecision} takes it.
   *
   * @example
   * const bits = [2, 8];
   * const { scores } = await q.analysis.sensitivity(model, scheme, test, { bits });
   * Object.keys(scores.conv!); // [ "2", "8" ]
   */
  get scores(): Scores {
    const scores: Scores = {};
    for (const { layer, part, bits, "loss increase": increase } of this.rows) {
      if (part !== "weights") continue;
      scores[layer] = { ...scores[layer], [bits]: increase };
    }
    return scores;
  }

  /** The increase of the loss, a bar for each layer and width; those of activations are hatched. */
  get figure(): plot.Figure {
    const widths = [...new Set(this.rows.map(({ bits }) => bits))].sort((a, b) => a - b);
    const parts = this.rows.map(({ layer, part }) => ({ layer, part }));
    const kernels = new Set(parts.filter(({ part }) => part === "weights").map((p) => p.layer));
    // A layer can have both a kernel and a quantized output.
    const nameOf = ({ layer, part }: Pick<SensitivityRow, "layer" | "part">) =>
      part === "activations" && kernels.has(layer) ? `${layer}, output` : layer;
    const data = widths.map((width) => {
      const rows = this.rows.filter(({ bits }) => bits === width);
      const bars = plot.bars(
        rows.map(nameOf),
        rows.map((row) => row["loss increase"]),
        { name: `${width} ${width === 1 ? "bit" : "bits"}`, color: plot.bitColor(width) },
      );
      const shape = rows.map(({ part }) => (part === "activations" ? "/" : ""));
      return { ...bars, marker: { color: plot.bitColor(width), pattern: { shape } } };
    });
    const hatched = parts.some(({ part }) => part === "activations");
    return layerBars({
      title: `What quantizing a single layer costs${hatched ? " (activations hatched)" : ""}`,
      data,
      value: { title: "increase of the loss", unit: "nats", zero: true },
    });
  }

  override toString(): string {
    const worst = this.rows.reduce((a, b) => (b["loss increase"] > a["loss increase"] ? b : a));
    const { layer, part, bits, "loss increase": increase } = worst;
    const drop = worst["accuracy drop (points)"];
    return `Most sensitive: ${part} of ${layer} at ${bits} bits, ${signed(increase, 3)} nats of loss, ${signed(-drop, 1)} points of accuracy`;
  }
}

/** Options of {@link sensitivity}. */
export interface SensitivityOptions {
  /** Examples on which ranges are found. Default: `data`. */
  calibration?: Dataset;
  /** How ranges are found. Default `"mse"`. */
  method?: CalibrationMethod;
  /** Other widths to try for every kernel and output, the formats being the scheme's. Default: the scheme's own. */
  bits?: readonly number[];
}

/**
 * How sensitive a model is to the quantization of each layer alone: one kernel, or one output, is quantized
 * while all else stays float32. E.g. Wu et al. 2020, arXiv:2004.09602, section 5.
 *
 * @param model as {@link prepare} takes it
 * @param given the formats to try, from {@link scheme}
 * @param data labelled examples on which loss and accuracy are measured
 * @param options `calibration` (default `data`), `method` (default `"mse"`), `bits` (default the scheme's)
 * @throws what {@link prepare} throws; RangeError for bits that aren't widths
 * @example
 * const { rows } = await q.analysis.sensitivity(model, scheme, test, { calibration: train.take(256) });
 * rows[0]!.layer; // "conv"
 */
export async function sensitivity(
  model: tf.LayersModel,
  given: Scheme,
  data: Dataset,
  { calibration = data, method = "mse", bits }: SensitivityOptions = {},
): Promise<Sensitivity> {
  checkModel(model);
  checkScheme(given);
  checkExamples(model, data, "data");
  checkClasses(model, data, "data");
  const widths = bits === undefined ? [undefined] : checkWidths(bits);
  const float = evaluate(model, data);
  const measured = (
    layer: string,
    part: SensitivityRow["part"],
    width: number,
    now: Evaluation,
  ) => ({
    layer,
    part,
    bits: width,
    loss: now.loss,
    "loss increase": now.loss - float.loss,
    "accuracy (%)": 100 * now.accuracy,
    "accuracy drop (points)": 100 * (float.accuracy - now.accuracy),
  });
  const rows: SensitivityRow[] = [];
  const kernels = kernelLayers(model).flatMap(({ name }) => {
    const { weights } = formatsOf(given, name);
    return weights ? [{ name, weights }] : [];
  });
  if (kernels.length > 0) {
    const how = { calibration, method, activations: false };
    const rounded = await RoundedKernels.make(model, given, widths, how);
    try {
      for (const { name, weights } of kernels) {
        for (const width of widths.map((one) => one ?? weights.bits)) {
          rounded.use(name, width);
          rows.push(measured(name, "weights", width, evaluate(rounded.model, data)));
          await yieldToEvents();
        }
        rounded.use(name);
      }
    } finally {
      rounded.dispose();
    }
  }
  for (const name of outputs(model)) {
    const { activations } = formatsOf(given, name);
    if (!activations) continue;
    for (const width of widths) {
      const format = width === undefined ? activations : withBits(activations, width);
      const alone = scheme({ layers: { [name]: { activations: format } } });
      const prepared = await prepare(model, alone, { calibration, method });
      rows.push(measured(name, "activations", format.bits, evaluate(prepared, data)));
      prepared.dispose();
    }
  }
  return new Sensitivity(rows, float, given);
}

/** The names of the layers whose outputs are quantized. */
function outputs(model: tf.LayersModel): string[] {
  const folded = foldBatchNorm(model);
  const nodes = topology(folded).filter(isQuantizedOutput);
  const names = nodes.map(({ layer }) => layer.name);
  folded.dispose();
  return names;
}

/** @internal Widths in rising order. @throws RangeError for none, or one that isn't a width. */
export function checkWidths(bits: readonly number[]): number[] {
  const wrong = Array.isArray(bits)
    ? bits.find((width) => !Number.isInteger(width) || width < 1 || width > 16)
    : bits;
  if (wrong === undefined && bits.length > 0) return [...new Set(bits)].sort((a, b) => a - b);
  throw new RangeError(
    `invalid bits: ${wrong ?? "none"} (expected integers from 1 to 16, as in { bits: [2, 4, 8] })`,
  );
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
}
