import { listedLayers } from "../arguments/index.js";
import type { tf } from "../tensorflow/index.js";

/** The reason why a layer doesn't compute yet as it will when the model is used, and the remedy. */
export interface Unready {
  /** The reason, as in `ranges still follow the values`. A message names the layers before it. */
  why: string;
  remedy: string;
}

/** A layer that can say why it isn't ready. */
interface Knowing {
  name: string;
  unready?: Unready[];
}

/** The signals that stop the models' trainings, of the models that `q.fit` is training. */
const training = new WeakMap<tf.LayersModel, { signal: AbortSignal | undefined }>();
/** The reasons that were warned of for each model. */
const said = new WeakMap<tf.LayersModel, Set<string>>();

/**
 * @internal
 * Until the result is called, evaluating the model is a part of its training.
 *
 * @param signal the signal that stops the training
 */
export function markTraining(model: tf.LayersModel, signal: AbortSignal | undefined): () => void {
  const mark = { signal };
  training.set(model, mark);
  return () => {
    if (training.get(model) === mark) training.delete(model);
  };
}

/**
 * @internal
 * @throws Error if `q.fit`, or the model's own `fit`, is training the model. A training that was stopped doesn't count:
 *   the next cell may run before the stopped one has taken its last step.
 */
export function checkIdle(model: tf.LayersModel): void {
  if (!isTraining(model) || training.get(model)?.signal?.aborted) return;
  throw new Error(
    `model "${model.name}" is being trained already (await that training before the next one, or end it by its signal)`,
  );
}

function isTraining(model: tf.LayersModel): boolean {
  return training.has(model) || (model as unknown as { isTraining?: boolean }).isTraining === true;
}

/**
 * @internal
 * Warns of layers that don't compute yet as they will when the model is used, so that numbers measured now
 * aren't those of the used model. The function warns once for each model and reason. It doesn't warn of a model
 * that is being trained.
 */
export function warnUnready(model: tf.LayersModel): void {
  if (isTraining(model)) return;
  const reasons = new Map<string, { unready: Unready; names: string[] }>();
  for (const { name, unready } of model.layers as Knowing[]) {
    for (const reason of unready ?? []) {
      const entry = reasons.get(reason.why) ?? { unready: reason, names: [] };
      entry.names.push(name);
      reasons.set(reason.why, entry);
    }
  }
  const before = said.get(model) ?? new Set();
  said.set(model, before);
  for (const { unready, names } of reasons.values()) {
    if (before.has(unready.why)) continue;
    before.add(unready.why);
    console.warn(
      `qatlab: model "${model.name}" is evaluated while ${unready.why}, in ${listedLayers(names)}: ${unready.remedy}`,
    );
  }
}
