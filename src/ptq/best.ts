import type { Dataset } from "../datasets/index.js";
import { findHost } from "../display/index.js";
import { checkClasses, checkExamples } from "../models/check.js";
import { int, type Scheme, scheme as schemeOf, uint } from "../quantizers/index.js";
import type { tf } from "../tensorflow/index.js";
import { accuracy } from "../train/evaluate.js";
import { Turns } from "../train/turns.js";
import { BestResult, type Trial } from "./bestResult.js";
import { checkFloat, InapplicableError } from "./check.js";
import { hasKernel } from "./network.js";
import { quantize } from "./quantize.js";
import { planOf, prepareFloat, type StepName } from "./steps.js";

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

/** One way to quantize, as {@link quantize} takes it. */
type Way = Pick<Trial, "stage" | "method" | "steps">;

interface Candidate {
  trial: Trial;
  model: tf.LayersModel;
}

const nearest: Way[] = [
  { stage: "nearest, mse", method: "mse", steps: [] },
  { stage: "nearest, minmax", method: "minmax", steps: [] },
];

/** What is tried in turn on top of it; of each stage's steps the best is kept, if it gains. */
const stages: StepName[][] = [["equalize"], ["gptq", "adaround"], ["biasCorrection"]];

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
  let kept: Candidate | undefined;
  for (const stage of [undefined, ...stages]) {
    const ways = stage?.map((step) => further(kept!.trial, step)) ?? nearest;
    const candidates: Candidate[] = [];
    try {
      for (const way of ways) {
        await turns.next();
        const candidate = await attempt(model, way, {
          formats,
          calibration,
          validation,
          before: kept,
          reference: (kept ?? candidates[0])?.trial.accuracy,
        });
        if (candidate) candidates.push(candidate);
      }
    } catch (error) {
      for (const { model } of kept ? [kept, ...candidates] : candidates) model.dispose();
      throw error;
    }
    trials.push(...candidates.map(({ trial }) => trial));
    kept = choose(kept, candidates);
  }
  const { trial, model: found } = kept!;
  const float = accuracy(model, validation);
  return new BestResult({ model: found, scheme: formats, best: trial, trials, float });
}

function further({ method, steps }: Trial, step: StepName): Way {
  return { stage: `+ ${step}`, method, steps: [...steps, step] };
}

/** `undefined` for a step that finds nothing to do in this model. */
async function attempt(
  model: tf.LayersModel,
  way: Way,
  {
    formats,
    calibration,
    validation,
    before,
    reference,
  }: {
    formats: Scheme;
    calibration: Dataset;
    validation: Dataset;
    before: Candidate | undefined;
    reference: number | undefined;
  },
): Promise<Candidate | undefined> {
  const start = performance.now();
  const { method, steps } = way;
  try {
    const further = before && (await correctFurther(model, before.model, steps, calibration));
    const made = further ?? (await quantize(model, formats, { calibration, method, steps }));
    const share = accuracy(made, validation);
    const earlier = further ? before.trial.seconds : 0;
    const seconds = earlier + (performance.now() - start) / 1000;
    const gain = share - (reference ?? share);
    return { trial: { ...way, accuracy: share, gain, seconds, kept: false }, model: made };
  } catch (error) {
    if (error instanceof InapplicableError) return undefined;
    throw error;
  }
}

/**
 * What the last of the steps makes of the model with those before it, the same as all of them from the
 * start; `undefined` where it changes the float model.
 */
async function correctFurther(
  model: tf.LayersModel,
  quantized: tf.LayersModel,
  steps: readonly StepName[],
  calibration: Dataset,
): Promise<tf.LayersModel | undefined> {
  const plan = planOf(steps);
  const last = plan.corrections.at(-1);
  if (!last) return undefined;
  const [correction, options] = last;
  const float = await prepareFloat(model, plan, { calibration });
  try {
    return await correction(float, quantized, { calibration, ...options });
  } finally {
    if (float !== model) float.dispose();
  }
}

/** The best; of equal ones the earlier, and so the simpler. All others are disposed. */
function choose(before: Candidate | undefined, candidates: Candidate[]): Candidate | undefined {
  const all = before ? [before, ...candidates] : candidates;
  const most = Math.max(...all.map(({ trial }) => trial.accuracy));
  const best = all.find(({ trial }) => trial.accuracy === most);
  for (const candidate of all) if (candidate !== best) candidate.model.dispose();
  if (best) best.trial.kept = true;
  return best;
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
