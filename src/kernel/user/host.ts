import { hostSymbol, type JupyterHost } from "../../display/index.js";
import { originOf } from "../cell/sources.js";
import type { Executor } from "./executor.js";
import type { Output } from "./output.js";
import { contentJson } from "./show.js";

/** A signal for code that belongs to no cell. */
const neverAborted = new AbortController().signal;

/** Offers the kernel to libraries, as {@link JupyterHost} describes. */
export function installHost(output: Output, executor: Executor): void {
  const host: JupyterHost = {
    name: "qatlab",
    display(bundle, { metadata = {}, displayId, update = false } = {}) {
      const owner = executor.owner();
      if (owner === null) return;
      const transient = displayId === undefined ? {} : { display_id: displayId };
      output.display(owner.run, contentJson(bundle, metadata, transient), update);
    },
    clear({ wait = false } = {}) {
      const owner = executor.owner();
      if (owner !== null) output.post({ type: "clear", run: owner.run, wait });
    },
    get signal() {
      return executor.owner()?.signal ?? neverAborted;
    },
    beforeIdle(task) {
      executor.beforeIdle(task);
    },
    place: (file, line, column) => {
      const origin = originOf(file, line, column);
      const text = origin?.source.split("\n")[origin.line - 1]?.trim();
      return origin && `${origin.name}, line ${origin.line}: ${text}`;
    },
  };
  Object.defineProperty(globalThis, hostSymbol, { value: host, configurable: true });
}
