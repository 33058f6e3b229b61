import { parentPort, workerData } from "node:worker_threads";
import { nodeDisk } from "./compiler/disk.node.js";
import { createCompiler } from "./compiler/index.js";
import type { CellCompiler } from "./compiler/types.js";
import type { CompilerAnswer, CompilerCall, CompilerData } from "./messages.js";

/** The compiler's thread: TypeScript loads here while the protocol thread already answers. */
const { cwd, language } = workerData as CompilerData;
const compiler = createCompiler({ cwd, language, disk: nodeDisk });

parentPort!.on("message", (call: CompilerCall) => {
  parentPort!.postMessage(answer(compiler, call));
});

function answer(compiler: CellCompiler, { id, method, args }: CompilerCall): CompilerAnswer {
  try {
    return { id, value: (compiler[method] as (...args: unknown[]) => unknown)(...args) };
  } catch (error) {
    // An error of the compiler itself: the cell fails with this error, and the kernel goes on.
    return { id, error: (error as Error).stack ?? String(error) };
  }
}
