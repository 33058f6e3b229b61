import { createRequire } from "node:module";
import type { MessagePort } from "node:worker_threads";
import { formatValue, guardEngine, guardTraining } from "../../display/index.js";
import { createRuntime, mapStacks } from "../cell/index.js";
import type { CellLanguage } from "../compiler/types.js";
import type { Descriptors } from "../descriptors.js";
import type { Fence } from "../fence.js";
import type { Flow } from "../flow.js";
import type { ToMain } from "../messages.js";
import { tslabModule } from "../tslab.js";
import { Asker } from "./ask.js";
import { watchChildren } from "./children.js";
import { CommChannels } from "./comms.js";
import { CellContext, cellContext } from "./context.js";
import { Executor } from "./executor.js";
import { survive } from "./faults.js";
import { Guards } from "./guards.js";
import { installHost } from "./host.js";
import { installInput } from "./input.js";
import { hideAsyncMarks } from "./inspection.js";
import { Output } from "./output.js";
import { endResources } from "./resources.js";
import { createShow } from "./show.js";
import { redirectStdin } from "./stdin.js";
import { redirectStreams } from "./streams.js";
import { silenceInterruptedTimers } from "./timers.js";

const require = createRequire(import.meta.url);

/** Prepares the main thread for the user's code, then receives the protocol thread's messages. */
export function start(
  port: MessagePort,
  {
    flow,
    fence,
    descriptors,
    language,
  }: { flow: Flow; fence: Fence; descriptors: Descriptors | null; language: CellLanguage },
): void {
  const output = new Output(port, flow);
  const runtime = createRuntime({
    cwd: process.cwd(),
    language,
    builtins: {
      tslab: tslabModule({
        tslab: require("tslab/package.json").version,
        typescript: require("typescript/package.json").version,
        node: process.version,
      }),
    },
    loaded: guardTraining,
  });
  let exit: (code: number) => void = process.exit;
  const guards = new Guards();
  const executor = new Executor({
    runtime,
    output,
    guards,
    show: createShow(formatValue),
    stray: (text) => void process.stderr.write(text),
    exit: (code) => exit(code),
  });
  // The first use of the storage enables its async hook, which receive() expects.
  cellContext.run(new CellContext(0), () => {});
  silenceInterruptedTimers();
  hideAsyncMarks();
  mapStacks();
  endResources();
  watchChildren({
    first: () => output.post({ type: "children" }),
    order: () => {
      if (descriptors) fence.wait((number) => output.post({ type: "fence", fence: number }));
    },
    originals: descriptors?.originals,
  });
  exit = survive(executor, () => {
    output.post({ type: "signalled", run: executor.owner()?.run ?? 0 });
  });
  redirectStreams(output, () => executor.owner());
  const comms = new CommChannels(output, executor);
  installHost({ output, executor, comms, guards });
  guards.add(guardEngine);
  const asker = new Asker(output, executor);
  installInput(asker);
  redirectStdin(asker);
  port.on("message", (message: ToMain) => {
    comms.answerCut();
    if (message.type === "comm") comms.receive(message);
    else if (message.type === "interrupt" && message.run < 0) comms.interrupt(message.run);
    else if (message.type === "keys") {
      const { question, receiver } = message;
      output.post({ type: "keys", question, keys: runtime.keys(receiver) });
    } else if (message.type === "expose") {
      const value = () => runtime.variables();
      Object.defineProperty(globalThis, message.key, { value, configurable: true });
    } else executor.receive(message);
  });
}
