import { writeSync } from "node:fs";
import { getHeapStatistics } from "node:v8";
import { MessageChannel, Worker } from "node:worker_threads";
import { parseArguments } from "./arguments.js";
import { captureDescriptors } from "./descriptors.js";
import { Fence } from "./fence.js";
import { Flow } from "./flow.js";
import type { ProtocolData } from "./messages.js";

/**
 * The kernel's process. Its main thread runs only the user's code. A second thread handles the protocol, so
 * that the kernel answers while a cell runs; it starts the compiler in a third thread.
 *
 *     node --no-force-async-hooks-checks dist/kernel/main.js CONNECTION_FILE [--language=javascript]
 *
 * The flag lets Node.js go on after an interrupt has terminated JavaScript between two asynchronous
 * callbacks; otherwise Node's consistency checks would abort the process.
 */
function start(): void {
  // The signal is handled later; until then Node's default handler would end the process.
  process.on("SIGINT", () => {});
  const { connectionFile, language } = parseArguments(process.argv.slice(2));
  const descriptors = captureDescriptors(); // before any thread opens a file
  const flow = Flow.memory();
  const fence = Fence.memory();
  const main = new MessageChannel();
  // This thread starts first, since clients wait for its answer.
  const workerData: ProtocolData = {
    connectionFile,
    language,
    heapLimit: getHeapStatistics().heap_size_limit,
    main: main.port1,
    flow,
    fence,
    descriptors,
  };
  const worker = new Worker(new URL("./protocol/thread.js", import.meta.url), {
    workerData,
    transferList: [main.port1],
  });
  const log = (error: Error) =>
    writeSync(descriptors?.originals.stderr ?? 2, `[qatlab] ${error.stack}\n`);
  worker.on("error", log);
  import("./user/start.js")
    .then(({ start }) =>
      start(main.port2, { flow: new Flow(flow), fence: new Fence(fence), descriptors, language }),
    )
    .catch((error: Error) => {
      log(error);
      process.exit(1);
    });
}

start();
