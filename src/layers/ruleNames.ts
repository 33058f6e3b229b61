import { checkOptions } from "../arguments/index.js";
import type { LayerRule, WeightRule } from "./rule.js";

/** @internal @throws TypeError if rules of layers, or of their weights, don't have a property */
export function checkRuleNames(rule: LayerRule): void {
  checkOptions<LayerRule>("q.registerLayer", rule, {
    role: true,
    weights: true,
    values: true,
    indices: true,
    bias: true,
    withBias: true,
    scale: true,
    nonlinearity: true,
    unbounded: true,
    passesFactor: true,
    passesMatrix: true,
    macs: true,
    inPlace: true,
    tokens: true,
    twiceDifferentiable: true,
    normalizesBatch: true,
    quantizesAfter: true,
    compares: true,
    resamples: true,
    noGradient: true,
    notComputed: true,
  });
  for (const [path, weight] of Object.entries(rule.weights ?? {})) {
    if (typeof weight === "number" || Array.isArray(weight)) continue;
    checkOptions<WeightRule>(`weight ${path} of q.registerLayer`, weight as WeightRule, {
      outputs: true,
      inputs: true,
      from: true,
      to: true,
      linear: true,
      seen: true,
    });
  }
}
