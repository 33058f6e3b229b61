import { findHost } from "./findHost.js";

/** The part of TensorFlow.js' `LayersModel` that training uses. */
interface Trained {
  isTraining: boolean;
  stopTraining: boolean;
}

/**
 * @internal
 * Has models be trained again after an interrupt has stopped their `fit`: TensorFlow.js refuses a second `fit` while the
 * first runs, and a stopped one never ends.
 *
 * @param library the exports of a module that a cell has loaded; other modules than TensorFlow.js are left alone
 */
export function guardTraining(library: object): void {
  if (!("LayersModel" in library)) return;
  const { prototype } = library.LayersModel as { prototype?: object };
  if (prototype === undefined || Object.hasOwn(prototype, "isTraining")) return;
  const training = new Set<Trained>();
  Object.defineProperty(prototype, "isTraining", {
    get(this: Trained) {
      return training.has(this);
    },
    set(this: Trained, value: boolean) {
      if (value) training.add(this);
      else training.delete(this);
    },
  });
  findHost().guard?.(() => {
    const before = new Set(training);
    return () => {
      for (const model of training) {
        if (before.has(model)) continue;
        training.delete(model);
        model.stopTraining = true;
      }
    };
  });
}
