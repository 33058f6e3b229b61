import type { Dataset } from "../datasets/index.js";
import { findHost } from "../display/index.js";
import { checkClasses, checkExamples } from "../models/check.js";
import { int, type Scheme, scheme as schemeOf, uint } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";
import { accuracy } from "../train/evaluate.js";
import { Turns } from "../train/turns.js";
import { BestResult, type RangeMethod, type Trial } from "./bestResult.js";
import { checkFloat } from "./check.js";
import { hasKernel } from "./network.js";
import { quantize } from "./quantize.js";
import type { StepName } from "./steps.js";

/** Options of {@link best}. */
export interface BestOptions {
  /** The formats; else a `budget` is given. */
  scheme?: Scheme;
  /** The most bytes that kernels and biases may take: the widest kernels that fit are chosen, W8A8 at most. */
  budget?: { bytes: number };
  /** Examples for ranges, rounding and biases. */
  calibration: Dataset;
  /** Examples with labels, on which the trials are compared; other ones than the calibration's. */
  validation: Dataset;
  /** Stops between two trials. Default: the signal of the notebook's cell. */
  signal?: AbortSignal;
}

/** What is tried in turn; of each stage's candidates the best is kept, if it gains. */
const stages: StepName[][] = [["equalize"], ["gptq", "adaround"], ["biasCorrection"]];
const methods: RangeMethod[] = ["mse", "minmax"];

/**
 * Tries post-training quantization's techniques in their usual order, keeps what gains accuracy on the
 * validation examples, and says what each brought: ranges by least squares or by extremes, equalization,
 * GPTQ or AdaRound, bias correction.
 *
 * The accuracy of the result on the validation examples is the best of several, so it flatters: measure on test
 * examples.
 *
 * @param model a classifier, as {@link quantize} takes it; it isn't changed
 * @param options `scheme` or `budget`; `calibration`; `validation`
 * @returns the best `model`, its `steps`, `method` and `scheme`, and every trial as a DataFrame (`table`) and a
 *   `figure`
 * @throws TypeError for both or neither of scheme and budget; RangeError for a budget that 2-bit kernels
 *   exceed; else as {@link quantize} throws
 * @example
 * const budget = { bytes: 600 };
 * const found = await q.ptq.best(model, { budget, calibration: train.take(256), validation: train.shuffle(1) });
 * String(found.scheme); // "W3A8"
 */
export async function best(
  model: tf.LayersModel,
  {
    scheme,
    budget,
    calibration,
    validation,
    signal = findHost().signal,
  }: BestOptions = {} as BestOptions,
): Promise<BestResult> {
  checkFloat(model);
  checkExamples(model, calibration, "calibration");
  checkExamples(model, validation, "validation");
  checkClasses(model, validation, "validation");
  if ((scheme === undefined) === (budget === undefined)) {
    throw new TypeError(
      `invalid options: ${scheme ? "both scheme and budget" : "neither scheme nor budget"} (expected one of them)`,
    );
  }
  const formats = scheme ?? widest(model, budget!.bytes);
  const turns = new Turns(signal);
  const trials: Trial[] = [];
  let kept: { trial: Trial; model: tf.LayersModel } | undefined;

  async function attempt(stage: string, method: RangeMethod, steps: StepName[]): Promise<void> {
    await turns.next();
    const start = performance.now();
    let made: tf.LayersModel;
    try {
      made = await quantize(model, formats, { calibration, method, steps });
    } catch (error) {
      // A step that this model has nothing for is no reason to stop.
      if (!(error instanceof TypeError) || steps.length === 0) throw error;
      return;
    }
    const share = accuracy(made, validation);
    const trial: Trial = {
      stage,
      method,
      steps,
      accuracy: share,
      gain: share - ((kept?.trial ?? trials[0])?.accuracy ?? share),
      seconds: (performance.now() - start) / 1000,
      kept: false,
    };
    trials.push(trial);
    candidates.push({ trial, model: made });
  }
  let candidates: { trial: Trial; model: tf.LayersModel }[] = [];
  /** Of equal ones the earlier, and so the simpler, is kept. */
  function choose(): void {
    for (const candidate of candidates) {
      if (!kept || candidate.trial.accuracy > kept.trial.accuracy) {
        kept?.model.dispose();
        kept = candidate;
      } else candidate.model.dispose();
    }
    if (candidates.some((candidate) => candidate === kept)) kept!.trial.kept = true;
    candidates = [];
  }

  try {
    for (const method of methods) await attempt(`nearest, ${method}`, method, []);
    choose();
    for (const stage of stages) {
      const { method, steps } = kept!.trial;
      for (const step of stage) await attempt(`+ ${step}`, method, [...steps, step]);
      choose();
    }
  } catch (error) {
    for (const candidate of candidates) candidate.model.dispose();
    kept?.model.dispose();
    throw error;
  }
  return new BestResult({
    model: kept!.model,
    scheme: formats,
    best: kept!.trial,
    trials,
    float: accuracy(model, validation),
  });
}

/** The scheme with the widest kernels whose codes and biases fit. */
function widest(model: tf.LayersModel, most: number): Scheme {
  let kernels = 0;
  let others = 0;
  for (const layer of model.layers.filter(hasKernel)) {
    const [kernel] = layer.getWeights();
    kernels += kernel!.size;
    others += 4 * (layer.outputShape as tf.Shape).at(-1)!;
  }
  const bytes = (bits: number) => Math.ceil((kernels * bits) / 8) + others;
  for (let bits = 8; bits >= 2; bits--) {
    if (bytes(bits) > most) continue;
    return schemeOf({ weights: int(bits, { per: "channel" }), activations: uint(8) });
  }
  throw new RangeError(
    `invalid budget: ${most} bytes (expected at least ${bytes(2)}, which 2-bit kernels take)`,
  );
}
