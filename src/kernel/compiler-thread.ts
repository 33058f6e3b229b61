import { workerData } from "node:worker_threads";
import { createCompiler } from "./compiler/index.js";
import type { CellCompiler } from "./compiler/types.js";
import type { CompilerAnswer, CompilerCall, CompilerData } from "./messages.js";

/** The compiler's thread: TypeScript loads here while the protocol thread already answers. */
const { cwd, language, port } = workerData as CompilerData;
const compiler = createCompiler({ cwd, language });

port.on("message", (call: CompilerCall) => port.postMessage(answer(compiler, call)));

function answer(compiler: CellCompiler, { id, method, args }: CompilerCall): CompilerAnswer {
  try {
    return { id, value: (compiler[method] as (...args: unknown[]) => unknown)(...args) };
  } catch (error) {
    // A fault of the compiler: the cell fails with it, the kernel goes on.
    return { id, error: (error as Error).stack ?? String(error) };
  }
}
