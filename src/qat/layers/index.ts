export { register } from "./registry.js";
export type { LayerRole, LayerRule, LayerRules } from "./rule.js";
