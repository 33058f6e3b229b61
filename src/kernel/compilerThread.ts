import { parentPort, workerData } from "node:worker_threads";
import { answer } from "./compiler/answer.js";
import { nodeDisk } from "./compiler/disk.node.js";
import { createCompiler } from "./compiler/index.js";
import type { CompilerCall, CompilerData } from "./messages.js";

/** The compiler's thread: TypeScript loads here while the protocol thread already answers. */
const { cwd, language } = workerData as CompilerData;
const compiler = createCompiler({ cwd, language, disk: nodeDisk });

parentPort!.on("message", (call: CompilerCall) => {
  parentPort!.postMessage(answer(compiler, call));
});
