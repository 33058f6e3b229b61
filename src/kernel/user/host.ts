import { hostSymbol, type JupyterHost } from "../../display/index.js";
import { lineOf } from "../cell/sources.js";
import type { CommChannels } from "./comms.js";
import type { Executor } from "./executor.js";
import type { Guards } from "./guards.js";
import type { Output } from "./output.js";
import { contentJson } from "./show.js";

/** A signal for code that belongs to no cell. */
const neverAborted = new AbortController().signal;

/** The parts of the kernel that libraries reach. */
export interface HostParts {
  output: Output;
  executor: Executor;
  comms: CommChannels;
  guards: Guards;
}

/** Offers the kernel to libraries, as {@link JupyterHost} describes. */
export function installHost({ output, executor, comms, guards }: HostParts): void {
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
    beforeRerun(task) {
      executor.beforeRerun(task);
    },
    comms,
    guard: (guard) => guards.add(guard),
    place: (name, line) => {
      const text = lineOf(name, line);
      return text === undefined ? undefined : `${name}, line ${line}: ${text.trim()}`;
    },
  };
  Object.defineProperty(globalThis, hostSymbol, { value: host, configurable: true });
}
