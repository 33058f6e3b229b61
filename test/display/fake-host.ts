import { hostSymbol, type JupyterHost } from "../../src/display/host.js";
import type { MimeBundle } from "../../src/display/mime.js";

/** A kernel that keeps what it is shown; `endCell` does what a kernel does when a cell has ended. */
export function installHost() {
  const shown: { bundle: MimeBundle; displayId?: string; update?: boolean }[] = [];
  let tasks: (() => void | Promise<void>)[] = [];
  const host: JupyterHost = {
    name: "fake",
    display: (bundle, options = {}) => {
      shown.push({ bundle: structuredClone(bundle), ...options });
    },
    clear() {},
    signal: new AbortController().signal,
    beforeIdle: (task) => {
      tasks.push(task);
    },
  };
  const world = globalThis as { [hostSymbol]?: JupyterHost };
  world[hostSymbol] = host;
  return {
    shown,
    host,
    last: () => shown.at(-1)?.bundle ?? {},
    async endCell() {
      const now = tasks;
      tasks = [];
      for (const task of now) await task();
    },
    remove() {
      delete world[hostSymbol];
    },
  };
}
