import { Worker } from "node:worker_threads";
import type { CompilerData } from "../messages.js";

/**
 * The most megabytes of the compiler's heap. It needs about 110, and twice that with the types of TensorFlow.js.
 * Each cell leaves a program behind, and V8 collects the later the higher the limit is: without this one the
 * process takes 700 MB after a thousand cells and grows on, with it 420 MB.
 */
const heapLimit = 1024;

/** Starts the compiler's thread. */
export function startCompiler(data: CompilerData): Worker {
  const worker = new Worker(new URL("../compilerThread.js", import.meta.url), {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: heapLimit },
  });
  worker.on("error", (error) => {
    process.stderr.write(`[qatlab] compiler: ${error.stack}\n`);
  });
  return worker;
}
