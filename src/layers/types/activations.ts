import type { Layer } from "../layer.js";
import type { LayerRule, RuleTable } from "../rule.js";

const activation: LayerRule = { role: "activation" };

/** @internal Nonlinearities. */
export const activations: RuleTable = {
  Activation: (layer) => ({
    ...activation,
    passesFactor: ["relu", "linear"].includes(String(layer.getConfig().activation)),
    ...(layer.getConfig().activation === "linear" && { passesMatrix: () => 1 }),
    inPlace: true,
    twiceDifferentiable: true,
  }),
  ReLU: (layer) => ({
    ...activation,
    nonlinearity: () => (isBounded(layer) ? "relu6" : "relu"),
    unbounded: { maxValue: null },
    passesFactor: !isBounded(layer),
    inPlace: true,
    twiceDifferentiable: true,
  }),
  LeakyReLU: {
    ...activation,
    nonlinearity: () => "leakyRelu",
    passesFactor: true,
    inPlace: true,
    twiceDifferentiable: true,
  },
  PReLU: { ...activation, nonlinearity: () => "leakyRelu", passesFactor: true },
  ELU: { ...activation, nonlinearity: () => "elu" },
  ThresholdedReLU: { ...activation, nonlinearity: () => "thresholdedRelu" },
  GeneralReLU: (layer) => {
    const { maxValue, threshold } = layer.getConfig();
    const isBent = maxValue !== null || threshold !== 0;
    return {
      ...activation,
      nonlinearity: () => (isBent ? "thresholdedRelu" : "leakyRelu"),
      passesFactor: !isBent,
    };
  },
  Softmax: { ...activation, nonlinearity: () => "softmax" },
};

function isBounded(layer: Layer): boolean {
  return Boolean(layer.getConfig().maxValue);
}
