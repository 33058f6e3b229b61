export type { ChannelAxes } from "./channelsLast.js";
export { registerLayer } from "./registry.js";
export type {
  LayerRole,
  LayerRule,
  LayerRules,
  LayerShapes,
  LinearMap,
  WeightRule,
} from "./rule.js";
