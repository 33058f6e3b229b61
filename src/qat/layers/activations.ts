import type { RuleTable } from "./rule.js";

/** @internal Nonlinearities. */
export const activations: RuleTable = {
  Activation: { role: "activation" },
  ReLU: { role: "activation" },
  LeakyReLU: { role: "activation" },
  PReLU: { role: "activation" },
  ELU: { role: "activation" },
  ThresholdedReLU: { role: "activation" },
  Softmax: { role: "activation" },
};
