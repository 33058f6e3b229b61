import { flatLayers, type Layer, partsOf } from "../../graph/index.js";
import type { tf } from "../../tensorflow/index.js";

type Penalty = () => tf.Scalar;

/**
 * @internal
 * The penalties of a model's regularizers, of the weights as they are now: those that tfjs's `model.fit` adds to the loss,
 * a layer's once for each place where the layer stands, and those of cells and of models in wrappers, which tfjs leaves
 * out and Keras adds.
 */
export function penaltiesOf(model: tf.LayersModel): tf.Scalar[] {
  // A sequential model counts what its first layer has only in the model that it builds of its layers.
  const { model: built = model } = model as tf.LayersModel & { model?: tf.LayersModel };
  const layers = flatLayers(model);
  const counted = new Set(layers.flatMap((layer) => layer.losses as Penalty[]));
  const inside = new Set(layers.flatMap(penaltiesIn));
  const others = [...inside].filter((penalty) => !counted.has(penalty));
  return [...(built.calculateLosses() as tf.Scalar[]), ...others.map((penalty) => penalty())];
}

/** The penalties of a layer and of all layers inside it. */
function penaltiesIn(layer: Layer): Penalty[] {
  return [...(layer.losses as Penalty[]), ...partsOf(layer).flatMap(penaltiesIn)];
}
