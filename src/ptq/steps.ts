import type { Dataset } from "../datasets/index.js";
import type { tf } from "../tensorflow/index.js";
import { type AdaroundOptions, adaround } from "./adaround.js";
import { type BiasCorrectionOptions, biasCorrection } from "./biasCorrection.js";
import { type EqualizeOptions, equalize } from "./equalize.js";
import { type GptqOptions, gptq } from "./gptq.js";
import { type RotateOptions, rotate } from "./rotate.js";
import { type SmoothQuantOptions, smoothQuant } from "./smoothQuant.js";

/** Options of each technique, by its name; `calibration` is that of the whole chain unless given. */
interface OptionsOf {
  equalize: EqualizeOptions;
  smoothQuant: Partial<SmoothQuantOptions>;
  rotate: RotateOptions;
  adaround: Partial<AdaroundOptions>;
  gptq: Partial<GptqOptions>;
  biasCorrection: BiasCorrectionOptions;
}

/** The name of a technique of `q.ptq`. */
export type StepName = keyof OptionsOf;

/** A technique by its name, or with options: `{ name: "adaround", iterations: 2000 }`. */
export type Step = StepName | { [N in StepName]: { name: N } & OptionsOf[N] }[StepName];

type Data = { calibration: Dataset };

/** Makes a float model of a float model that computes the same. */
type Preparation = (
  model: tf.LayersModel,
  options: any,
) => tf.LayersModel | Promise<tf.LayersModel>;

/** Makes a quantized model of a float model and its quantized one. */
type Correction = (
  model: tf.LayersModel,
  quantized: tf.LayersModel,
  options: any,
) => Promise<tf.LayersModel>;

const preparations: Record<string, Preparation> = {
  equalize: (model, { calibration: _, ...options }) => equalize(model, options),
  smoothQuant,
  rotate: (model, { calibration: _, ...options }) => rotate(model, options),
};
const corrections: Record<string, Correction> = { adaround, gptq, biasCorrection };
const choosesCodes = ["adaround", "gptq"];

/** @internal A chain of steps, checked: those of the float model, then those of the quantized one. */
export interface Plan {
  preparations: [Preparation, options: object][];
  corrections: [Correction, options: object][];
}

/**
 * @internal
 * @throws TypeError for an unknown step, one given twice, two that both choose the codes, or one of the float
 *   model after one of the quantized
 */
export function planOf(steps: readonly Step[]): Plan {
  if (!Array.isArray(steps)) {
    throw new TypeError(
      `invalid steps: ${steps} (expected a list, as in steps: ["equalize", "adaround"])`,
    );
  }
  const plan: Plan = { preparations: [], corrections: [] };
  const before: string[] = [];
  for (const step of steps) {
    const { name, ...options } = typeof step === "string" ? { name: step } : (step ?? {});
    const preparation = Object.hasOwn(preparations, name!) ? preparations[name!] : undefined;
    const correction = Object.hasOwn(corrections, name!) ? corrections[name!] : undefined;
    if (!preparation && !correction) {
      const names = [...Object.keys(preparations), ...Object.keys(corrections)].join(", ");
      throw new TypeError(`invalid step: ${name} (expected ${names}, as in steps: ["equalize"])`);
    }
    check(name!, before, preparation !== undefined);
    before.push(name!);
    if (preparation) plan.preparations.push([preparation, options]);
    else plan.corrections.push([correction!, options]);
  }
  return plan;
}

function check(name: string, before: string[], isPreparation: boolean): void {
  if (before.includes(name)) {
    throw new TypeError(`invalid steps: "${name}" is there twice (expected each step once)`);
  }
  const late = before.find((earlier) => Object.hasOwn(corrections, earlier));
  if (isPreparation && late) {
    throw new TypeError(
      `invalid steps: "${name}" after "${late}" (expected the other way round: "${name}" changes the float model, "${late}" the quantized one)`,
    );
  }
  const other = before.find((earlier) => choosesCodes.includes(earlier));
  if (other && choosesCodes.includes(name)) {
    throw new TypeError(
      `invalid steps: "${other}" and "${name}" (expected one of them: both choose every code)`,
    );
  }
}

/** @internal The model after the steps of the float model; the given one where there is none. */
export async function prepareFloat(
  model: tf.LayersModel,
  plan: Plan,
  data: Data,
): Promise<tf.LayersModel> {
  let float = model;
  for (const [step, options] of plan.preparations) {
    try {
      const next = await step(float, { ...data, ...options });
      if (float !== model) float.dispose();
      float = next;
    } catch (error) {
      if (float !== model) float.dispose();
      throw error;
    }
  }
  return float;
}

/** @internal The quantized model after the steps of the quantized model; the given one is disposed. */
export async function correct(
  float: tf.LayersModel,
  quantized: tf.LayersModel,
  plan: Plan,
  data: Data,
): Promise<tf.LayersModel> {
  let corrected = quantized;
  for (const [step, options] of plan.corrections) {
    try {
      corrected = await step(float, corrected, { ...data, ...options });
    } finally {
      quantized.dispose();
    }
    quantized = corrected;
  }
  return corrected;
}
