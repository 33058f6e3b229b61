import { tslabHost } from "#door/display/tslabHost";
import { hostSymbol, type JupyterHost } from "./host.js";
import { terminalHost } from "./terminalHost.js";

/**
 * The host that shows our output: the kernel that runs this process, else stock tslab, else the terminal.
 * The host is looked up at each use, since a library may be loaded before the host is ready.
 *
 * @example
 * findHost().name; // "qatlab" in a notebook, "terminal" in a program
 */
export function findHost(): JupyterHost {
  const host = (globalThis as { [hostSymbol]?: JupyterHost })[hostSymbol];
  return host ?? tslabHost() ?? terminalHost;
}
