import { tf } from "../tensorflow/index.js";
import type { Layer } from "./topology.js";

/** The inner models that a layer of a model belongs to. */
export interface Place {
  /** The names of the inner models, the outermost first. */
  path: string[];
  /** Whether one of the inner models is frozen, in each of the layer's places. */
  frozen: boolean;
}

/**
 * @internal
 * The places of all layers of a model and of its inner models. The function walks the models' lists of layers,
 * since the graph of a sequential model that begins with an inner model doesn't contain that inner model.
 */
export function placesIn(model: tf.LayersModel): Map<Layer, Place> {
  const places = new Map<Layer, Place>();
  const visit = ({ layers }: tf.LayersModel, { path, frozen }: Place): void => {
    for (const layer of layers) {
      if (layer instanceof tf.LayersModel) {
        visit(layer, { path: [...path, layer.name], frozen: frozen || !layer.trainable });
        continue;
      }
      const earlier = places.get(layer);
      places.set(layer, {
        path: earlier?.path ?? path,
        frozen: frozen && (earlier?.frozen ?? true),
      });
    }
  };
  visit(model, { path: [], frozen: false });
  return places;
}
