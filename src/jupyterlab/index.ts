/** @internal The parts of the renderer that serve a page without JupyterLab as well. */
export type { PlotlyBrowser, SharedScope } from "./host.js";
/** @internal */
export { reachable } from "./keyboard.js";
/** @internal */
export { plotlyLoader } from "./loadPlotly.js";
/** @internal */
export { shared } from "./shared.js";
/** @internal */
export { type Spec, themed } from "./theme.js";
