import type { CalibrationMethod } from "../calibration/index.js";
import type { Dataset } from "../datasets/index.js";
import { checkClasses, checkExamples, checkModel } from "../models/check.js";
import { foldBatchNorm } from "../models/foldBatchNorm.js";
import { topology } from "../models/topology.js";
import { isQuantizedOutput } from "../qat/formats.js";
import { prepare } from "../qat/prepare.js";
import { withBits } from "../quantizers/format.js";
import { type Scheme, scheme } from "../quantizers/index.js";
import { checkScheme, formatsOf } from "../quantizers/scheme.js";
import type { tf } from "../tensorflow/index.js";
import { type Evaluation, evaluate } from "../train/index.js";
import { yieldToEvents } from "../train/yieldToEvents.js";
import { RoundedKernels } from "./kernels.js";
import { byNames, kernelLayers } from "./plan.js";
import { Sensitivity, type SensitivityRow } from "./sensitivityResult.js";

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
 * @param wanted the formats to try, from {@link scheme}
 * @param data labelled examples on which loss and accuracy are measured
 * @param options `calibration` (default `data`), `method` (default `"mse"`), `bits` (default the scheme's)
 * @throws what {@link prepare} throws; RangeError for bits that aren't widths
 * @example
 * const { rows } = await q.analysis.sensitivity(model, scheme, test, { calibration: train.take(256) });
 * rows[0]!.layer; // "conv"
 */
export async function sensitivity(
  model: tf.LayersModel,
  wanted: Scheme,
  data: Dataset,
  { calibration = data, method = "mse", bits }: SensitivityOptions = {},
): Promise<Sensitivity> {
  checkModel(model);
  checkScheme(wanted);
  const given = byNames(model, wanted);
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
    const { weights } = formatsOf(given, { name });
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
    const { activations } = formatsOf(given, { name });
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
