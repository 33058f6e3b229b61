export { register, ruleOf, unknownIn, weightsOf } from "./registry.js";
export type { LayerRole, LayerRule, LayerRules } from "./rule.js";
