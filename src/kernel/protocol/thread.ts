import { workerData } from "node:worker_threads";
import { Fence } from "../fence.js";
import { Flow } from "../flow.js";
import type { ProtocolData } from "../messages.js";
import { broadcasts } from "./broadcast.js";
import { endChildren, interruptChildren, now } from "./children/index.js";
import { CompilerClient } from "./compilerClient.js";
import { readConnection } from "./connection.js";
import { Debugger } from "./debugger/index.js";
import { watchHeap } from "./heapWatch.js";
import { Interrupter } from "./interrupter.js";
import { Kernel } from "./kernel.js";
import { log, setLog, writeToLog } from "./log.js";
import { MainClient } from "./mainClient.js";
import { NativeOutput } from "./nativeOutput.js";
import { outOfMemory } from "./outOfMemory.js";
import { watchParent } from "./parent.js";
import { Publisher } from "./publisher.js";
import { Questions } from "./questions.js";
import { Sender } from "./sender.js";
import { watchInterruptSignal } from "./signal.js";
import { beat, bindSockets, watchSubscriptions } from "./sockets.js";
import { startCompiler } from "./startCompiler.js";
import { StdinChannel } from "./stdin.js";
import { Wire } from "./wire.js";

/** How many milliseconds the main thread has to exit by itself. */
const patience = 400;

// An error in a callback must not end the thread, and with it the notebook's state.
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => log(`protocol: ${(error as Error)?.stack ?? error}`));
}

start(workerData as ProtocolData).catch((error: Error) => {
  log(error.message);
  process.kill(process.pid, "SIGTERM");
});

/** The protocol's thread: binds the sockets and answers clients, also while the other threads are busy. */
async function start({
  connectionFile,
  language,
  heapLimit,
  ...data
}: ProtocolData): Promise<void> {
  if (data.descriptors) setLog(data.descriptors.originals.stderr);
  const cwd = process.cwd(); // before user code may change it
  const connection = readConnection(connectionFile);
  const wire = new Wire(connection.key, connection.signature_scheme);
  const sockets = await bindSockets(connection);
  const iopub = new Sender(sockets.iopub, { subscribing: () => sockets.iopub.readable });
  const flow = new Flow(data.flow);
  const publisher = new Publisher(broadcasts(iopub, wire), (size) => flow.release(size));
  const main = new MainClient(data.main, publisher, writeToLog);
  if (data.descriptors) {
    main.native = new NativeOutput(data.descriptors.readers, {
      flow,
      publish: (name, text) => {
        flow.add(text.length);
        main.publishNative(name, text);
      },
      log: writeToLog,
    });
  }
  const fence = new Fence(data.fence);
  main.onFence = (number) => fence.pass(number);
  const compiler = new CompilerClient(() => startCompiler({ cwd, language }));
  const interrupter = new Interrupter(main);
  const jupyterDebugger = new Debugger({ compiler, main, interrupter, publisher });
  const stdin = new StdinChannel(sockets.stdin, wire);
  const questions = new Questions(stdin, publisher);
  main.onAsk = (ask) => questions.ask(ask, ask.run === main.running);

  let endHeapWatch = () => {};
  const exit = async (): Promise<void> => {
    if (main.hasChildren) await endChildren();
    await publisher.flushed();
    // Otherwise Node would wait for the sessions to end.
    await jupyterDebugger.stop();
    interrupter.disconnect();
    endHeapWatch();
    for (const socket of Object.values(sockets)) socket.close();
    main.post({ type: "exit", code: 0 });
    // The main thread may be in an endless loop, or the user's exit handlers may be.
    setTimeout(() => process.kill(process.pid, "SIGKILL"), patience);
  };
  const kernel = new Kernel({
    language,
    connection,
    wire,
    publisher,
    compiler,
    main,
    interrupter,
    children: { interrupt: interruptChildren, now },
    debugger: jupyterDebugger,
    questions,
    exit,
  });

  const welcome = (topic: string) =>
    iopub.sendFirst(
      wire.serialize({
        type: "iopub_welcome",
        parent: null,
        content: { subscription: topic },
        identities: topic === "" ? [] : [topic],
      }),
    );
  const loops = [
    kernel.listen("shell", { socket: sockets.shell, sender: new Sender(sockets.shell) }),
    kernel.listen("control", { socket: sockets.control, sender: new Sender(sockets.control) }),
    stdin.listen(),
    beat(sockets.hb),
    watchSubscriptions(sockets.iopub, welcome),
  ];
  publisher.status(null, "starting");
  const interrupt = () => void kernel.interrupt();
  if (!watchInterruptSignal(interrupt)) main.onSignal = interrupt;
  watchParent(() => void exit());
  interrupter.connect();
  endHeapWatch = watchHeap({
    limit: heapLimit,
    busy: () => main.running !== null || main.calling !== null,
    onFull: (used) => void kernel.stop(outOfMemory(used, heapLimit)),
  });
  await Promise.all(loops);
}
