export type { SyntheticOptions } from "./draws.js";
export { gaussian } from "./gaussian.js";
export { laplace } from "./laplace.js";
export { logNormal } from "./logNormal.js";
export { skewNormal } from "./skewNormal.js";
export { studentT } from "./studentT.js";
export { uniform } from "./uniform.js";
