export { bernoulli } from "./bernoulli.js";
export { type NormalOptions, normal } from "./normal.js";
export { type UniformOptions, uniform } from "./uniform.js";
