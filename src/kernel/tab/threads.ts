import type { CompilerStart, RunnerStart, Thread } from "./messages.js";

/** The addresses of the workers' scripts and of the types, and the versions in them. */
export interface Files {
  runner: string;
  compiler: string;
  types: string;
  versions: { qatlab: string; tslab: string; typescript: string };
}

/** The two workers of a kernel. */
export interface Threads {
  runner: Thread;
  compiler: Thread;
  /** The memory in which an interrupt is told to loops; null on a page that isn't isolated. */
  flag: Int32Array | null;
}

/**
 * Starts the two workers, so that they load while the page is drawn.
 *
 * @param options.full whether lessons compute their full form, as in Node; a tab trains several times slower (default false)
 */
export function startThreads(files: Files, { full = false }: { full?: boolean } = {}): Threads {
  const isolated = globalThis.crossOriginIsolated === true;
  const shared = isolated ? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) : null;
  const address = full ? `${files.runner}?full` : files.runner;
  const environment: Record<string, string> = full ? {} : { QATLAB_FAST: "1" };
  const runner = webThread(new Worker(address, { type: "module", name: "qatlab cells" }));
  const compiler = webThread(new Worker(files.compiler, { type: "module", name: "qatlab types" }));
  begin({ runner, compiler }, { files, shared, environment });
  return { runner, compiler, flag: shared && new Int32Array(shared) };
}

/** Sends each worker what it starts with. */
export function begin(
  { runner, compiler }: Pick<Threads, "runner" | "compiler">,
  {
    files: { types, versions },
    shared,
    environment,
  }: {
    files: Pick<Files, "types" | "versions">;
    shared: SharedArrayBuffer | null;
    environment: Record<string, string>;
  },
): void {
  runner.postMessage({ type: "start", versions, flag: shared, environment } satisfies RunnerStart);
  const language = "typescript";
  const stoppable = shared !== null;
  compiler.postMessage({ type: "start", language, types, stoppable } satisfies CompilerStart);
}

function webThread(worker: Worker): Thread {
  return {
    postMessage: (message, transfer = []) => worker.postMessage(message, transfer),
    on(event: string, listener: (value: never) => void) {
      if (event === "message") {
        worker.addEventListener("message", ({ data }) => listener(data as never));
      } else if (event === "error") {
        worker.addEventListener("error", (error) => {
          error.preventDefault();
          listener((error.message || "its script didn't load") as never);
        });
      }
    },
    terminate: () => worker.terminate(),
  };
}
