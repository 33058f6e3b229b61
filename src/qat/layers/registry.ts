import type { Layer } from "../../models/topology.js";
import { activations } from "./activations.js";
import { attention } from "./attention.js";
import { kernels } from "./kernels.js";
import { merging } from "./merging.js";
import { noise } from "./noise.js";
import { normalization } from "./normalization.js";
import { pooling } from "./pooling.js";
import { recurrentLayers } from "./recurrent.js";
import type { LayerRole, LayerRule, LayerRules } from "./rule.js";
import { shapes } from "./shapes.js";
import { wrappers } from "./wrappers.js";

let known: Map<string, LayerRules> | undefined;

/** Filled when it is asked for: rules of wrappers ask for those of the layers inside. */
function registry(): Map<string, LayerRules> {
  known ??= new Map(
    Object.entries({
      ...kernels,
      ...activations,
      ...merging,
      ...pooling,
      ...shapes,
      ...noise,
      ...normalization,
      ...attention,
      ...recurrentLayers,
      ...wrappers,
    }),
  );
  return known;
}

const roles: readonly LayerRole[] = ["computes", "activation", "joins", "passes"];

/**
 * Says how layers of a type are quantized, so that {@link prepare} takes them: one's own, or a type of
 * tfjs's in another way.
 *
 * @param className what a layer's `getClassName()` gives
 * @param rules `role` of its output; `weights` to quantize, by the properties that keep them, with the axes of
 *   their output channels; `values` inside, by name, with the parts whose `call` gives them; `indices`,
 *   whether it reads indices. Or a function that finds these for a layer
 * @throws TypeError for a rule without one of the roles
 * @example
 * class Gate extends q.tf.layers.Layer {
 *   static className = "Gate";
 * }
 * q.qat.register("Gate", { role: "computes" });
 * const { layers } = q.tf;
 * const gated = q.tf.sequential({ layers: [layers.flatten({ inputShape: [8, 8, 1] }), new Gate({ name: "gate" }), layers.dense({ units: 10 })] });
 * const prepared = await q.prepare(gated, scheme, { calibration: train.take(64) });
 * (prepared.getLayer("gate") as q.QuantizedLayer).quantization().activations!.bits; // 3
 */
export function register(className: string, rules: LayerRules): void {
  const role = (rules as Partial<LayerRule> | undefined)?.role;
  if (typeof rules !== "function" && !roles.includes(role as LayerRole)) {
    throw new TypeError(
      `invalid rules of ${className}: role ${role} (expected ${roles.map((one) => `"${one}"`).join(", ")}, as in q.qat.register("${className}", { role: "computes" }))`,
    );
  }
  registry().set(className, rules);
}

/** @internal The layer itself, or one inside it, for whose type there is no rule. */
export function unknownIn(layer: Layer): Layer | undefined {
  if (!registry().has(layer.getClassName())) return layer;
  const { layer: inner } = layer as unknown as { layer?: Layer };
  return inner && unknownIn(inner);
}

/** @internal The rule for a layer; one that isn't known computes. */
export function ruleOf(layer: Layer): LayerRule {
  const rules = registry().get(layer.getClassName());
  if (!rules) return { role: "computes" };
  return typeof rules === "function" ? rules(layer) : rules;
}

/** @internal The weights that a type of layers quantizes, whatever the layer's options; none for the others. */
export function weightsOf(className: string): NonNullable<LayerRule["weights"]> {
  const rules = registry().get(className);
  return typeof rules === "object" ? (rules.weights ?? {}) : {};
}
