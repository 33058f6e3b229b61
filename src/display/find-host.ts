import { hostSymbol, type JupyterHost } from "./host.js";
import { terminalHost } from "./terminal-host.js";
import { tslabHost } from "./tslab-host.js";

/**
 * Who shows our output: the kernel that runs this process, else stock tslab, else the terminal.
 * Looked up at each use, since a library may be loaded before its host is ready.
 *
 * @example
 * findHost().name; // "qatlab" in a notebook, "terminal" in a program
 */
export function findHost(): JupyterHost {
  const host = (globalThis as { [hostSymbol]?: JupyterHost })[hostSymbol];
  return host ?? tslabHost() ?? terminalHost;
}
