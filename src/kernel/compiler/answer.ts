import type { CompilerAnswer, CompilerCall } from "../messages.js";
import type { CellCompiler } from "./types.js";

/** Calls a method of the compiler that another thread has asked for. */
export function answer(compiler: CellCompiler, { id, method, args }: CompilerCall): CompilerAnswer {
  try {
    return { id, value: (compiler[method] as (...args: unknown[]) => unknown)(...args) };
  } catch (error) {
    // An error of the compiler itself: the cell fails with this error, and the kernel goes on.
    return { id, error: (error as Error).stack ?? String(error) };
  }
}
