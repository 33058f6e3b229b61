import { type Layer, topology } from "../../graph/index.js";
import { isElementwise, nonlinearityOf, ruleOf } from "../../layers/index.js";
import type { tf } from "../../tensorflow/index.js";

/**
 * @internal
 * The nonlinearity that a layer's outputs go through: that of the layer itself, or of the only layer that reads
 * them. The result is the identity if there is no nonlinearity, or one that mixes channels as softmax does.
 */
export function nonlinearityAfter(
  model: tf.LayersModel,
  layer: Layer,
): (x: tf.Tensor) => tf.Tensor {
  const name = nonlinearityOf(layer);
  if (name !== "linear") return isElementwise(name) ? (x) => activationOf(layer).apply(x) : same;
  const { consumers, isOutput, uses } = topology(model, { shared: true }).find(
    (node) => node.layer === layer,
  )!;
  const next = consumers[0]?.layer;
  if (!next || consumers.length > 1 || isOutput || uses.length > 1) return same;
  const bends = ruleOf(next).role === "activation" && isElementwise(nonlinearityOf(next));
  return bends ? (x) => next.call(x, {}) as tf.Tensor : same;
}

type Activation = { apply(x: tf.Tensor): tf.Tensor };

/** The function that a layer applies, or that the layer inside applies. */
function activationOf(layer: Layer): Activation {
  const { activation, layer: inner } = layer as Layer & { activation?: Activation; layer?: Layer };
  return activation ?? activationOf(inner!);
}

function same(x: tf.Tensor): tf.Tensor {
  return x;
}
