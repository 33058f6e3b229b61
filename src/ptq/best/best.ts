import { cost } from "../../analysis/index.js";
import { checkOptions } from "../../arguments/index.js";
import { findHost } from "../../display/index.js";
import { checkScheme, int, type Scheme, scheme as schemeOf, uint } from "../../quantizers/index.js";
import type { tf } from "../../tensorflow/index.js";
import {
  accuracy,
  classified,
  type InputData,
  inputsOf,
  type TrainingData,
  Turns,
} from "../../train/index.js";
import { checkFloat, InapplicableError } from "../network/check.js";
import { quantize } from "../quantize.js";
import { planOf, prepareFloat, type TechniqueName } from "../techniques.js";
import { BestResult, type Trial } from "./bestResult.js";

/** Options of {@link best}. */
export interface BestOptions {
  /** Examples for ranges, rounding and biases. They should not be among the validation examples. */
  calibration: InputData;
  /** A signal that stops the work between two trials. Default: the signal of the notebook's cell. */
  signal?: AbortSignal;
}

/**
 * The method and the techniques of a trial, as {@link quantize} takes them, with the name of the trial's stage.
 */
type Way = Pick<Trial, "stage" | "method" | "techniques">;

interface Candidate {
  trial: Trial;
  model: tf.LayersModel;
}

const nearest: Way[] = [
  { stage: "nearest, mse", method: "mse", techniques: [] },
  { stage: "nearest, minmax", method: "minmax", techniques: [] },
];

/**
 * The techniques that are tried in turn on top of the nearest codes; each stage keeps its best technique, if
 * that gains.
 */
const stages: TechniqueName[][] = [["equalize"], ["gptq", "adaround"], ["biasCorrection"]];

/**
 * Tries the techniques of post-training quantization in their usual order, keeps those that gain accuracy on
 * the validation examples, and reports the gain of each: ranges by least squares or by extremes, equalization,
 * GPTQ or AdaRound, bias correction.
 *
 * The accuracy of the result on the validation examples is the best of several, so it is too high: measure the
 * accuracy on test examples.
 *
 * @param model a classifier, as {@link quantize} takes it; the model isn't changed
 * @param scheme the formats, from {@link scheme}; or the most bytes that the parameters may take, as in
 *   `{ bytes: 600 }` and as `q.analysis.cost` counts them: the widest kernels that fit are chosen, W8A8 at most,
 *   and a trial whose model takes more isn't kept
 * @param validation examples with labels, on which the trials are compared
 * @returns the best `model`, its `techniques`, `method` and `scheme`, and every trial as a DataFrame (`table`) and a
 *   `figure`
 * @throws TypeError if `scheme` is neither a scheme nor a budget; RangeError if 2-bit kernels exceed the
 *   budget; the errors of {@link quantize}
 * @example
 * const { scheme } = await q.ptq.best(model, { bytes: 600 }, train.shuffle(1), { calibration: train.take(256) });
 * String(scheme); // "W3A8"
 */
export async function best(
  model: tf.LayersModel,
  scheme: Scheme | { bytes: number },
  validation: TrainingData,
  options: BestOptions = {} as BestOptions,
): Promise<BestResult> {
  checkOptions<BestOptions>("q.ptq.best", options, { calibration: true, signal: true });
  const { calibration, signal = findHost().signal } = options;
  checkFloat(model);
  inputsOf(model, calibration, "calibration");
  classified(model, validation, "validation");
  const isBudget = typeof (Object(scheme) as { bytes?: unknown }).bytes === "number";
  const budget = isBudget ? (scheme as { bytes: number }).bytes : Number.POSITIVE_INFINITY;
  const formats = isBudget ? widest(model, budget) : (scheme as Scheme);
  checkScheme(formats);
  // A model that can't be counted is refused before anything is built.
  cost(model, formats);
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
    kept = choose(kept, candidates, budget);
  }
  const { trial, model: quantized } = kept!;
  const float = accuracy(model, validation);
  return new BestResult({ model: quantized, scheme: formats, budget, best: trial, trials, float });
}

function further({ method, techniques }: Trial, technique: TechniqueName): Way {
  return { stage: `+ ${technique}`, method, techniques: [...techniques, technique] };
}

/**
 * Quantizes and measures the model in one way; returns `undefined` if a technique finds nothing to do in this
 * model.
 */
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
    calibration: InputData;
    validation: TrainingData;
    before: Candidate | undefined;
    reference: number | undefined;
  },
): Promise<Candidate | undefined> {
  const start = performance.now();
  const { method, techniques } = way;
  try {
    const further = before && (await correctFurther(model, before.model, techniques, calibration));
    const quantized =
      further ?? (await quantize(model, formats, { calibration, method, techniques }));
    try {
      const share = accuracy(quantized, validation);
      const earlier = further ? before.trial.seconds : 0;
      const seconds = earlier + (performance.now() - start) / 1000;
      const gain = share - (reference ?? share);
      const { bytes } = cost(quantized).total;
      return {
        trial: { ...way, accuracy: share, gain, bytes, seconds, kept: false },
        model: quantized,
      };
    } catch (error) {
      quantized.dispose();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof InapplicableError)) throw error;
    console.warn(`q.ptq.best leaves "${way.stage}" out: ${error.message}`);
    return undefined;
  }
}

/**
 * Applies the last technique to the model that the techniques before it made: the result is the same as that of
 * all techniques from the start. It is `undefined` if the last technique changes the float model.
 */
async function correctFurther(
  model: tf.LayersModel,
  quantized: tf.LayersModel,
  techniques: readonly TechniqueName[],
  calibration: InputData,
): Promise<tf.LayersModel | undefined> {
  const plan = planOf(techniques);
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

/**
 * The candidate with the best accuracy among those within the budget, which a technique may exceed by biases
 * that it adds; among equals the earliest, which is the simplest. All others are disposed.
 */
function choose(
  before: Candidate | undefined,
  candidates: Candidate[],
  budget: number,
): Candidate | undefined {
  const all = before ? [before, ...candidates] : candidates;
  const affordable = all.filter(({ trial }) => trial.bytes <= budget);
  const most = Math.max(...affordable.map(({ trial }) => trial.accuracy));
  const best = affordable.find(({ trial }) => trial.accuracy === most);
  for (const candidate of all) if (candidate !== best) candidate.model.dispose();
  if (best) best.trial.kept = true;
  return best;
}

/** The scheme with the widest kernels whose codes and biases fit. */
function widest(model: tf.LayersModel, most: number): Scheme {
  const schemeWith = (bits: number) =>
    schemeOf({ weights: int(bits, { per: "channel" }), activations: uint(8) });
  const bytes = (scheme: Scheme) => cost(model, scheme).total.bytes;
  for (let bits = 8; bits >= 2; bits--) {
    const scheme = schemeWith(bits);
    if (bytes(scheme) <= most) return scheme;
  }
  throw new RangeError(
    `invalid scheme: ${most} bytes (expected at least ${bytes(schemeWith(2))}, which 2-bit kernels take)`,
  );
}
