import type { Layer } from "./layer.js";
import { ruleOf } from "./registry.js";

/** Nonlinearities that are applied to each value alone, by tfjs's names. */
const elementwise = [
  ...["linear", "relu", "relu6", "leakyRelu", "elu", "selu", "sigmoid", "tanh", "hardSigmoid"],
  ...["softplus", "softsign", "swish", "mish", "gelu", "gelu_new", "thresholdedRelu"],
  // Keras 3 has these, too.
  ...["hardSigmoid6", "hardSilu", "hardTanh", "exponential", "celu", "logSigmoid", "squareplus"],
];

/**
 * @internal
 * The nonlinearity that a layer applies to its outputs, by tfjs's name; `"linear"` if there is none.
 */
export function nonlinearityOf(layer: Layer): string {
  return ruleOf(layer).nonlinearity?.(layer) ?? String(layer.getConfig().activation ?? "linear");
}

/** @internal Whether a nonlinearity is applied to each value alone. Softmax is applied to all channels at once. */
export function isElementwise(nonlinearity: string): boolean {
  return elementwise.includes(nonlinearity);
}

/**
 * @internal
 * The changes of a layer's configuration that make its ReLU6 a ReLU; `undefined` if the layer has no ReLU6.
 */
export function withoutBound(layer: Layer): Record<string, unknown> | undefined {
  if (nonlinearityOf(layer) !== "relu6") return undefined;
  return ruleOf(layer).unbounded ?? { activation: "relu" };
}
