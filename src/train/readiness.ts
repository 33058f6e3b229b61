import type { tf } from "../tensorflow/index.js";

/** Why a layer doesn't compute yet as it will when the model is used, and what to call. */
export interface Unready {
  /** As in `ranges still follow the values`; what its layers' names stand before. */
  why: string;
  remedy: string;
}

/** A layer that may have such reasons. */
interface Knowing {
  name: string;
  unready?: Unready[];
}

/** The models that `q.fit` is training. */
const training = new WeakSet<tf.LayersModel>();
/** What was said of each model. */
const said = new WeakMap<tf.LayersModel, Set<string>>();

/** @internal Until the result is called, evaluating the model is a part of its training. */
export function markTraining(model: tf.LayersModel): () => void {
  training.add(model);
  return () => void training.delete(model);
}

/**
 * @internal
 * Warns, once a model and reason, of layers that don't compute yet as they will: numbers measured now aren't
 * those of the model as it will be used. While it is trained, nothing is said.
 */
export function warnUnready(model: tf.LayersModel): void {
  if (training.has(model) || (model as unknown as { isTraining?: boolean }).isTraining) return;
  const reasons = new Map<string, { unready: Unready; names: string[] }>();
  for (const { name, unready } of model.layers as Knowing[]) {
    for (const reason of unready ?? []) {
      const known = reasons.get(reason.why) ?? { unready: reason, names: [] };
      known.names.push(name);
      reasons.set(reason.why, known);
    }
  }
  const before = said.get(model) ?? new Set();
  said.set(model, before);
  for (const { unready, names } of reasons.values()) {
    if (before.has(unready.why)) continue;
    before.add(unready.why);
    console.warn(
      `qatlab: model "${model.name}" is evaluated while ${unready.why}, in ${listed(names)}: ${unready.remedy}`,
    );
  }
}

const most = 6;

function listed(names: string[]): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${more} more layers` : names.join(", ");
}
