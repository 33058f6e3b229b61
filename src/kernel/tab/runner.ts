import { formatValue, guardEngine, guardTraining } from "../../display/index.js";
import { readerFiles } from "../../storage/index.js";
import { createRuntime, KeyboardInterrupt, mapStacks } from "../cell/index.js";
import type { StreamName, ToMain } from "../messages.js";
import { tslabModule } from "../tslab.js";
import { CommChannels } from "../user/comms.js";
import { redirection } from "../user/context.js";
import { Executor } from "../user/executor.js";
import { Guards } from "../user/guards.js";
import { installHost } from "../user/host.js";
import { Output } from "../user/output.js";
import { createShow } from "../user/show.js";
import { createConsole } from "./console.js";
import { installInput } from "./input.js";
import { cwd, type RunnerStart, type Scope, type ToRunner } from "./messages.js";
import { silenceInterruptedTimers } from "./timers.js";

/** A page takes output as fast as it comes. */
const unbounded = { wait() {}, add() {} };

/**
 * The worker that runs cells, and nothing else.
 *
 * @param scope the worker's `self`
 * @param builtins the modules that cells may import, by specifier
 */
export function startRunner(scope: Scope, builtins: Record<string, object>): void {
  let receive: (message: ToMain) => void = () => {};
  scope.onmessage = ({ data }) => {
    const message = data as ToRunner;
    if (message.type === "file") return void readerFiles.set(message.name, message.file);
    if (message.type !== "start") return receive(message);
    receive = prepare(scope, builtins, message);
    scope.postMessage({ type: "started" });
  };
}

/** Prepares the worker for the user's code; returns the function that takes the page's messages. */
function prepare(
  scope: Scope,
  builtins: Record<string, object>,
  { versions, flag: shared, environment }: RunnerStart,
): (message: ToMain) => void {
  const flag = new Int32Array(shared ?? new ArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const output = new Output(scope, unbounded);
  const tslab = tslabModule({ ...versions, node: "" });
  const runtime = createRuntime({
    cwd,
    language: "typescript",
    builtins: { ...builtins, tslab },
    loaded: guardTraining,
    flag,
  });
  const write = (name: StreamName, text: string) => {
    const owner = executor.owner();
    const sink = redirection.getStore();
    if (sink) sink.stream(name, text);
    else if (owner !== null) output.stream(owner.run, name, text);
  };
  const guards = new Guards();
  const executor = new Executor({
    runtime,
    output,
    guards,
    show: createShow(formatValue),
    stray: () => {},
    exit: () => {},
  });
  const comms = new CommChannels(output, executor);
  silenceInterruptedTimers(() => executor.owner());
  mapStacks();
  Object.assign(
    console,
    createConsole(write, () => {
      const run = executor.owner()?.run ?? 0;
      const sink = redirection.getStore();
      if (sink) sink.clear();
      else output.post({ type: "clear", run, wait: false });
    }),
  );
  installHost({ output, executor, comms, guards });
  guards.add(guardEngine);
  for (const module of Object.values(builtins)) guardTraining(module);
  installInput(output, executor, shared !== null);
  // Lessons ask for the short form by it, as they do in Node.
  Object.defineProperty(globalThis, "process", {
    value: { env: { ...environment } },
    configurable: true,
    writable: true,
  });
  reportFaults(executor);
  return (message) => {
    if (message.type === "interrupt" || message.type === "run") flag[0] = 0;
    comms.answerCut();
    if (message.type === "comm") comms.receive(message);
    else if (message.type === "interrupt" && message.run < 0) comms.interrupt(message.run);
    else if (message.type === "keys") {
      const { question, receiver } = message;
      output.post({ type: "keys", question, keys: runtime.keys(receiver) });
    } else if (message.type !== "expose") executor.receive(message);
  };
}

/** Shows errors that no cell waits for on the stderr of the cell that runs, or ran last. */
function reportFaults(executor: Executor): void {
  const report = (error: unknown, event: Event) => {
    event.preventDefault();
    const owner = executor.owner();
    if (owner?.interrupted === true || error instanceof KeyboardInterrupt) return;
    executor.report(error, owner);
  };
  globalThis.addEventListener?.("error", (event) => report(event.error, event));
  globalThis.addEventListener?.("unhandledrejection", (event) => report(event.reason, event));
}
