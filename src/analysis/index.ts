export { Cost, type CostRow, cost } from "./cost.js";
export { type LayerErrorRow, LayerErrors, layers } from "./layers.js";
