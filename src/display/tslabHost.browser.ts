import type { JupyterHost } from "./host.js";

/** Always `undefined`: stock tslab runs in Node. */
export function tslabHost(): JupyterHost | undefined {
  return undefined;
}
