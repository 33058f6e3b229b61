import { answer } from "../compiler/answer.js";
import { createCompiler } from "../compiler/index.js";
import type { CompilerCall } from "../messages.js";
import { type FileTable, memoryDisk } from "./memoryDisk.js";
import { type CompilerStart, cwd, type Scope, type ToCompiler } from "./messages.js";

/**
 * The worker that compiles cells: it fetches the types, and answers calls in their order.
 *
 * @param scope the worker's `self`
 */
export function startCompiler(scope: Scope): void {
  let compiler: Promise<ReturnType<typeof createCompiler>> | undefined;
  scope.onmessage = async ({ data }) => {
    const message = data as ToCompiler;
    if ("type" in message) {
      compiler = open(message);
      compiler.catch(() => {}); // each call tells the error
      return;
    }
    scope.postMessage(await reply(message));
  };

  async function reply(call: CompilerCall) {
    try {
      return answer(await compiler!, call);
    } catch (error) {
      return { id: call.id, error: (error as Error).message };
    }
  }
}

async function open({ language, types, stoppable }: CompilerStart) {
  const response = await fetch(types).catch((error: Error) => {
    throw unreached(types, error.message);
  });
  if (!response.ok) throw unreached(types, `status ${response.status}`);
  const table = (await response.json()) as FileTable;
  return createCompiler({ cwd, language, disk: memoryDisk(table), stoppable });
}

function unreached(address: string, why: string): Error {
  return new Error(
    `cannot load the types that cells are checked with (${address}: ${why}): reload the page, and if that doesn't help, empty the browser's cache of this site`,
  );
}
