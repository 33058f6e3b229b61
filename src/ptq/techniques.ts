import type { tf } from "../tensorflow/index.js";
import type { InputData } from "../train/index.js";
import { adaround } from "./adaround/adaround.js";
import { biasCorrection } from "./biasCorrection/biasCorrection.js";
import { equalize } from "./equalize/equalize.js";
import { gptq } from "./gptq/gptq.js";
import { rotate } from "./rotate/rotate.js";
import { smoothQuant } from "./smoothQuant/smoothQuant.js";

type Data = { calibration: InputData };

/** Makes a new float model from a float model. */
type Preparation<Options> = (
  model: tf.LayersModel,
  options: Options,
) => tf.LayersModel | Promise<tf.LayersModel>;

/** Makes a new quantized model from a float model and its quantized model. */
type Correction<Options> = (
  model: tf.LayersModel,
  quantized: tf.LayersModel,
  options: Options,
) => Promise<tf.LayersModel>;

/** A technique as the table holds it: it has `prepare` or `correct`. */
interface Entry<Options> {
  /** Changes the float model, before it is quantized. */
  prepare?: Preparation<Options>;
  /** Changes the quantized model. */
  correct?: Correction<Options>;
  /**
   * Whether the technique chooses the code of every weight, so that a chain may contain only one of these
   * techniques.
   */
  choosesCodes?: boolean;
}

/**
 * The techniques, each in a folder of its own, by the names that users write. Types and messages follow from
 * this table.
 */
const techniques = {
  equalize: { prepare: withoutData(equalize) },
  smoothQuant: { prepare: smoothQuant },
  rotate: { prepare: withoutData(rotate) },
  adaround: { correct: adaround, choosesCodes: true },
  gptq: { correct: gptq, choosesCodes: true },
  biasCorrection: { correct: biasCorrection },
} satisfies Record<string, Entry<never>>;

/** The name of a technique of `q.ptq`. */
export type TechniqueName = keyof typeof techniques;

/** The options of a technique; `calibration` is that of the whole chain unless the technique has another. */
type OptionsOf<T> =
  T extends Entry<infer Options>
    ? Omit<NonNullable<Options>, "calibration"> & Partial<Data>
    : never;

/** A technique by its name, or with options: `{ name: "adaround", iterations: 2000 }`. */
export type Technique =
  | TechniqueName
  | { [N in TechniqueName]: { name: N } & OptionsOf<(typeof techniques)[N]> }[TechniqueName];

/** A technique that takes no examples, wrapped for a chain that has examples. */
function withoutData<Options extends object>(
  technique: (model: tf.LayersModel, options?: Options) => tf.LayersModel,
): Preparation<Options> {
  return (model, options) => {
    const { calibration: _, ...others } = options as Options & Partial<Data>;
    return technique(model, others as Options);
  };
}

/** @internal A chain of techniques, checked: those of the float model, then those of the quantized one. */
export interface Plan {
  preparations: [Preparation<any>, options: object][];
  corrections: [Correction<any>, options: object][];
}

/**
 * @internal
 * @throws TypeError if a technique is unknown or is in the chain twice, if two techniques choose every code, or
 *   if a technique that changes the float model follows one that changes the quantized model
 */
export function planOf(chain: readonly Technique[]): Plan {
  if (!Array.isArray(chain)) {
    throw new TypeError(
      `invalid techniques: ${chain} (expected a list, as in techniques: ["equalize", "adaround"])`,
    );
  }
  const plan: Plan = { preparations: [], corrections: [] };
  const before: TechniqueName[] = [];
  for (const technique of chain) {
    const { name, ...options } =
      typeof technique === "string" ? { name: technique } : (technique ?? {});
    if (!isTechnique(name)) {
      throw new TypeError(
        `invalid technique: ${name} (expected ${Object.keys(techniques).join(", ")}, as in techniques: ["equalize"])`,
      );
    }
    checkOrder(name, before);
    before.push(name);
    const { prepare, correct } = entryOf(name);
    if (prepare) plan.preparations.push([prepare, options]);
    if (correct) plan.corrections.push([correct, options]);
  }
  return plan;
}

function isTechnique(name: unknown): name is TechniqueName {
  return typeof name === "string" && Object.hasOwn(techniques, name);
}

function entryOf(name: TechniqueName): Entry<any> {
  return techniques[name];
}

function checkOrder(name: TechniqueName, before: readonly TechniqueName[]): void {
  if (before.includes(name)) {
    throw new TypeError(
      `invalid techniques: "${name}" is in the list twice (expected each technique once)`,
    );
  }
  const { prepare, choosesCodes } = entryOf(name);
  const late = before.find((earlier) => entryOf(earlier).correct);
  if (prepare && late) {
    throw new TypeError(
      `invalid techniques: "${name}" after "${late}" (expected the other way round: "${name}" changes the float model, "${late}" the quantized one)`,
    );
  }
  const other = before.find((earlier) => entryOf(earlier).choosesCodes);
  if (other && choosesCodes) {
    throw new TypeError(
      `invalid techniques: "${other}" and "${name}" (expected one of them: both choose every code)`,
    );
  }
}

/** @internal The model after the techniques of the float model; `model` itself if there are none. */
export function prepareFloat(
  model: tf.LayersModel,
  { preparations }: Plan,
  data: Data,
): Promise<tf.LayersModel> {
  const changes = preparations.map(
    ([technique, options]) =>
      (float: tf.LayersModel) =>
        technique(float, { ...data, ...options }),
  );
  return inTurn(model, changes, { keep: model });
}

/** @internal The quantized model after the techniques that change it; `quantized` is disposed. */
export function correct(
  float: tf.LayersModel,
  quantized: tf.LayersModel,
  { corrections }: Plan,
  data: Data,
): Promise<tf.LayersModel> {
  const changes = corrections.map(
    ([technique, options]) =>
      (corrected: tf.LayersModel) =>
        technique(float, corrected, { ...data, ...options }),
  );
  return inTurn(quantized, changes);
}

type Change = (model: tf.LayersModel) => tf.LayersModel | Promise<tf.LayersModel>;

/** The model after several changes; all models before it are disposed, except for `keep`. */
async function inTurn(
  model: tf.LayersModel,
  changes: readonly Change[],
  { keep }: { keep?: tf.LayersModel } = {},
): Promise<tf.LayersModel> {
  let result = model;
  for (const change of changes) {
    const before = result;
    try {
      result = await change(before);
    } finally {
      if (before !== keep) before.dispose();
    }
  }
  return result;
}
