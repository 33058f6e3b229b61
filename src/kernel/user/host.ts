import { skipAsyncHookChecks } from "#door/kernel/user/asyncHooks";
import { hostSymbol, type JupyterHost } from "../../display/index.js";
import { lineOf } from "../cell/sources.js";
import type { CommChannels } from "./comms.js";
import { redirection } from "./context.js";
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
    display(bundle, options = {}) {
      const owner = executor.owner();
      if (owner === null) return;
      const sink = redirection.getStore();
      if (sink) return sink.display(bundle, options);
      const { metadata = {}, displayId, update = false } = options;
      const transient = displayId === undefined ? {} : { display_id: displayId };
      output.display(owner.run, contentJson(bundle, metadata, transient), update);
    },
    clear({ wait = false } = {}) {
      const owner = executor.owner();
      const sink = redirection.getStore();
      if (sink) sink.clear({ wait });
      else if (owner !== null) output.post({ type: "clear", run: owner.run, wait });
    },
    get signal() {
      return executor.owner()?.signal ?? neverAborted;
    },
    beforeIdle(task) {
      executor.beforeIdle(task);
    },
    capture: (sink, task) =>
      redirection.run(sink, () => {
        skipAsyncHookChecks(); // the first use enables a hook
        return task();
      }),
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
