export { binRegularization } from "./binRegularization.js";
export { dampening } from "./dampening.js";
export { LossTerm, type LossTermOptions } from "./lossTerm.js";
export type { Ramp } from "./ramp.js";
export { sine } from "./sine.js";
