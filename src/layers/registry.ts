import type { Layer } from "./layer.js";
import type { LayerRole, LayerRule, LayerRules } from "./rule.js";
import { checkRuleNames } from "./ruleNames.js";
import { activations } from "./types/activations.js";
import { attention } from "./types/attention.js";
import { kernelLayers } from "./types/kernelLayers.js";
import { merging } from "./types/merging.js";
import { noise } from "./types/noise.js";
import { normalization } from "./types/normalization.js";
import { pooling } from "./types/pooling.js";
import { preprocessing } from "./types/preprocessing.js";
import { recurrentLayers } from "./types/recurrent.js";
import { shapes } from "./types/shapes.js";
import { wrappers } from "./types/wrappers.js";

let rules: Map<string, LayerRules> | undefined;

/** The table is made at its first use, since the rules of wrappers look up the rules of the layers inside. */
function registry(): Map<string, LayerRules> {
  rules ??= new Map(
    Object.entries({
      ...kernelLayers,
      ...activations,
      ...merging,
      ...pooling,
      ...shapes,
      ...preprocessing,
      ...noise,
      ...normalization,
      ...attention,
      ...recurrentLayers,
      ...wrappers,
    }),
  );
  return rules;
}

const unknown: LayerRule = { role: "computes" };
const roles: readonly LayerRole[] = ["computes", "activation", "joins", "passes"];

/**
 * Registers the rule for a type of layers, so that {@link prepare} takes these layers. The rule is new for a
 * type that the library doesn't know, and replaces the library's rule for a type that it knows. With a rule
 * that says how the layer uses its kernel, the other functions take such layers too: equalization, GPTQ,
 * AdaRound, bias correction, folding of batch normalization, costs, pruning.
 *
 * @param className the name of the type, as a layer's `getClassName()` returns it
 * @param rules the rule, with `role` at least; or a function that returns the rule for a layer
 * @throws TypeError if a rule has none of the roles, or a property that rules don't have
 * @example
 * class Gate extends q.tf.layers.Layer {
 *   static className = "Gate";
 * }
 * q.registerLayer("Gate", { role: "computes" });
 * const { layers } = q.tf;
 * const gated = q.tf.sequential({ layers: [layers.flatten({ inputShape: [8, 8, 1] }), new Gate({ name: "gate" }), layers.dense({ units: 10 })] });
 * const prepared = await q.prepare(gated, scheme, { calibration: train.take(64) });
 * (prepared.getLayer("gate") as q.QuantizedLayer).quantization().activations!.bits; // 3
 */
export function registerLayer(className: string, rules: LayerRules): void {
  const role = (rules as Partial<LayerRule> | undefined)?.role;
  if (typeof rules !== "function" && !roles.includes(role as LayerRole)) {
    throw new TypeError(
      `invalid rules of ${className}: role ${role} (expected ${roles.map((name) => `"${name}"`).join(", ")}, as in q.registerLayer("${className}", { role: "computes" }))`,
    );
  }
  if (typeof rules !== "function") checkRuleNames(rules);
  registry().set(className, rules);
}

/** @internal The layer itself, or a layer inside it, if there is no rule for its type. */
export function unknownIn(layer: Layer): Layer | undefined {
  if (!registry().has(layer.getClassName())) return layer;
  const { layer: inner } = layer as unknown as { layer?: Layer };
  return inner && unknownIn(inner);
}

/** @internal The rule for a layer; a layer without a rule counts as one that computes. */
export function ruleOf(layer: Layer): LayerRule {
  const rule = registry().get(layer.getClassName()) ?? unknown;
  return typeof rule === "function" ? rule(layer) : rule;
}

/** @internal Whether there is a rule for a layer's type. */
export function hasRule(layer: Layer): boolean {
  return registry().has(layer.getClassName());
}
