export type { SyntheticOptions } from "./draws.js";
export { type GaussianOptions, gaussian } from "./gaussian.js";
export { type LaplaceOptions, laplace } from "./laplace.js";
export { type LogNormalOptions, logNormal } from "./logNormal.js";
export { type SkewNormalOptions, skewNormal } from "./skewNormal.js";
export { type StudentTOptions, studentT } from "./studentT.js";
export { type UniformOptions, uniform } from "./uniform.js";
