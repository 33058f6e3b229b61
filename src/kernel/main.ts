import { MessageChannel, Worker } from "node:worker_threads";
import { parseArguments } from "./arguments.js";
import { Flow } from "./flow.js";
import type { CompilerData, ProtocolData } from "./messages.js";

/**
 * The kernel's process. Its main thread runs the user's code and nothing else; the protocol has a
 * thread, so that the kernel answers while a cell runs, and so has the compiler.
 *
 *     node --no-force-async-hooks-checks dist/kernel/main.js CONNECTION_FILE [--language=javascript]
 *
 * The flag lets Node.js go on after an interrupt has terminated JavaScript between two asynchronous
 * callbacks, which its consistency checks would answer by aborting the process.
 */
function start(): void {
  // Handled later; until then the default would end the process.
  process.on("SIGINT", () => {});
  const { connectionFile, language } = parseArguments(process.argv.slice(2));
  const flow = Flow.memory();
  const main = new MessageChannel();
  const compiler = new MessageChannel();
  // First of all: clients wait for this thread to answer.
  spawn("./protocol/thread.js", [main.port1, compiler.port1], {
    connectionFile,
    language,
    main: main.port1,
    compiler: compiler.port1,
    flow,
  } satisfies ProtocolData);
  spawn("./compiler-thread.js", [compiler.port2], {
    cwd: process.cwd(),
    language,
    port: compiler.port2,
  } satisfies CompilerData);
  import("./user/start.js").then(({ start }) =>
    start(main.port2, { flow: new Flow(flow), language }),
  );
}

function spawn(file: string, transferList: any[], workerData: object): void {
  const worker = new Worker(new URL(file, import.meta.url), { workerData, transferList });
  worker.on("error", (error) => {
    process.stderr.write(`[qatlab] ${file}: ${error.stack}\n`);
  });
}

start();
