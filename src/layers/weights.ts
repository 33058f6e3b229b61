import type { tf } from "../tensorflow/index.js";
import type { ChannelAxes } from "./channelsLast.js";
import type { Layer } from "./layer.js";
import { optionalWeightAt, weightAt } from "./parts.js";
import { ruleOf } from "./registry.js";
import type { LayerRule, WeightRule } from "./rule.js";

/** A weight that a rule names, with the path of its property. */
export interface RuledWeight extends WeightRule {
  path: string;
}

/** @internal The weights that a layer's rule names, the kernel first. */
export function ruledWeights(layer: Layer, rule: LayerRule = ruleOf(layer)): RuledWeight[] {
  return Object.entries(rule.weights ?? {}).map(([path, weight]) => ({
    path,
    ...fullRule(weight),
  }));
}

/** @internal The full rule of a weight, for which the axes of the output channels alone may stand. */
export function fullRule(weight: ChannelAxes | WeightRule): WeightRule {
  // If there are only axes, the values that the weight multiplies and makes are unknown.
  return typeof weight === "object" && "outputs" in weight
    ? weight
    : { outputs: weight, from: "inside", to: "inside" };
}

/** @internal The number of values in all weights that a layer's rule names. */
export function sizeOfWeights(layer: Layer): number {
  return ruledWeights(layer).reduce((sum, { path }) => {
    const shape = weightAt(layer, path).shape as number[];
    return sum + shape.reduce((size, length) => size * length, 1);
  }, 0);
}

/** @internal The weight whose channels are those of a layer's output, if there is one. */
export function makingWeight(layer: Layer): RuledWeight | undefined {
  const making = ruledWeights(layer).filter(({ to = "output" }) => to === "output");
  return making.length === 1 ? making[0] : undefined;
}

/** @internal A layer's bias, if its type has one and its options don't leave it out. */
export function biasOf(layer: Layer): tf.LayerVariable | undefined {
  const { bias } = ruleOf(layer);
  if (bias === undefined) return undefined;
  return optionalWeightAt(layer, bias);
}
