import { checkOptions, isBits } from "../../arguments/index.js";
import type { CalibrationMethod } from "../../calibration/index.js";
import { checkModel, foldBatchNorm, topology } from "../../graph/index.js";
import { isQuantizedOutput, quantizedTwin } from "../../quantized/index.js";
import {
  checkScheme,
  formatsOf,
  scheme as makeScheme,
  type Scheme,
  withBits,
} from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import {
  type Evaluation,
  type InputData,
  type Loss,
  type TrainingData,
  yieldToEvents,
} from "../../train/index.js";
import { judgeOf } from "../judge.js";
import { byNames, kernelLayers } from "../plan.js";
import { RoundedKernels } from "./roundedKernels.js";
import { Sensitivity, type SensitivityRow } from "./sensitivityResult.js";

/** Options of {@link sensitivity}. */
export interface SensitivityOptions {
  /** Examples on which ranges are found. Default: `data`. */
  calibration?: InputData;
  /** The method that finds ranges. Default `"mse"`. */
  method?: CalibrationMethod;
  /**
   * The widths to try for every kernel and output, in the scheme's formats otherwise. Default: the scheme's
   * widths.
   */
  bits?: readonly number[];
  /** The loss of data in tensors, `{ xs, ys }`, as in {@link fit}. Default: that of the compiled model. */
  loss?: Loss;
}

/**
 * Measures how sensitive a model is to the quantization of each layer alone: a single kernel or a single output
 * is quantized while all else stays in float32, as in Wu et al. 2020, arXiv:2004.09602, section 5.
 *
 * @param model as {@link prepare} takes it
 * @param scheme the formats to try, from {@link scheme}
 * @param data labelled examples on which loss and accuracy are measured; the accuracy of tensors is measured if the loss
 *   is a cross-entropy, and else NaN
 * @throws the errors of {@link prepare}; RangeError if bits aren't integers from 1 to 16
 * @example
 * const { rows } = await q.analysis.sensitivity(model, scheme, test, { calibration: train.take(256) });
 * rows[0]!.layer; // "conv"
 */
export async function sensitivity(
  model: tf.LayersModel,
  scheme: Scheme,
  data: TrainingData,
  options: SensitivityOptions = {},
): Promise<Sensitivity> {
  checkOptions<SensitivityOptions>("q.analysis.sensitivity", options, {
    calibration: true,
    method: true,
    bits: true,
    loss: true,
  });
  const { calibration = data, method = "mse", bits, loss } = options;
  checkModel(model);
  checkScheme(scheme);
  const formats = byNames(model, scheme);
  const judge = judgeOf(model, data, loss);
  const widths = bits === undefined ? [undefined] : checkWidths(bits);
  const float = judge(model);
  const measured = (
    layer: string,
    part: SensitivityRow["part"],
    width: number,
    evaluation: Evaluation,
  ) => ({
    layer,
    part,
    bits: width,
    loss: evaluation.loss,
    "loss increase": evaluation.loss - float.loss,
    "accuracy (%)": 100 * evaluation.accuracy,
    "accuracy drop (points)": 100 * (float.accuracy - evaluation.accuracy),
  });
  const rows: SensitivityRow[] = [];
  const kernels = kernelLayers(model).flatMap(({ name }) => {
    const { weights } = formatsOf(formats, { name });
    return weights ? [{ name, weights }] : [];
  });
  if (kernels.length > 0) {
    const ranges = { calibration, method, activations: false };
    const rounded = await RoundedKernels.make(model, formats, widths, ranges);
    try {
      for (const { name, weights } of kernels) {
        for (const width of widths.map((bits) => bits ?? weights.bits)) {
          rounded.use(name, width);
          rows.push(measured(name, "weights", width, judge(rounded.model)));
          await yieldToEvents();
        }
        rounded.use(name);
      }
    } finally {
      rounded.dispose();
    }
  }
  for (const name of outputs(model)) {
    const { activations } = formatsOf(formats, { name });
    if (!activations) continue;
    for (const width of widths) {
      const format = width === undefined ? activations : withBits(activations, width);
      const alone = makeScheme({ layers: { [name]: { activations: format } } });
      const prepared = await quantizedTwin(model, alone, { calibration, method });
      try {
        rows.push(measured(name, "activations", format.bits, judge(prepared)));
      } finally {
        prepared.dispose();
      }
    }
  }
  return new Sensitivity(rows, float, formats);
}

/** The names of the layers whose outputs can be quantized. */
function outputs(model: tf.LayersModel): string[] {
  const folded = foldBatchNorm(model);
  const nodes = topology(folded, { shared: true }).filter(isQuantizedOutput);
  const names = [...new Set(nodes.map(({ layer }) => layer.name))];
  folded.dispose();
  return names;
}

/**
 * @internal
 * The widths in rising order.
 *
 * @throws RangeError if there are no widths, or a width isn't an integer from 1 to 16
 */
export function checkWidths(bits: readonly number[]): number[] {
  const wrong = Array.isArray(bits) ? bits.find((width) => !isBits(width)) : bits;
  if (wrong === undefined && bits.length > 0) return [...new Set(bits)].sort((a, b) => a - b);
  throw new RangeError(
    `invalid bits: ${wrong ?? "none"} (expected integers from 1 to 16, as in { bits: [2, 4, 8] })`,
  );
}
