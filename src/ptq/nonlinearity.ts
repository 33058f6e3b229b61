import { type Layer, topology } from "../models/topology.js";
import type { tf } from "../tensorflow/index.js";

const elementwise = ["relu", "relu6", "elu", "selu", "sigmoid", "tanh", "hardSigmoid", "softplus"];

/**
 * @internal
 * The nonlinearity that a layer's outputs go through, its own or that of the only layer that reads
 * them; the identity where there is none, or one that mixes channels as softmax does.
 */
export function nonlinearityAfter(
  model: tf.LayersModel,
  layer: Layer,
): (x: tf.Tensor) => tf.Tensor {
  const own = layer as Layer & { activation?: { apply(x: tf.Tensor): tf.Tensor } };
  const name = String(layer.getConfig().activation ?? "linear");
  if (elementwise.includes(name)) return (x) => own.activation!.apply(x);
  const node = topology(model).find((node) => node.layer === layer)!;
  const [next, ...others] = node.consumers;
  if (name !== "linear" || !next || others.length > 0 || node.isOutput) return (x) => x;
  const type = next.layer.getClassName();
  const bends =
    ["ReLU", "LeakyReLU"].includes(type) ||
    (type === "Activation" && elementwise.includes(String(next.layer.getConfig().activation)));
  return bends ? (x) => next.layer.call(x, {}) as tf.Tensor : (x) => x;
}
