import type { CellLanguage } from "../compiler/types.js";
import type { CompilerAnswer, CompilerCall, FromMain, ToMain } from "../messages.js";
import type { Port } from "../port.js";

/** The folder in which cells stand, for their types and tracebacks. */
export const cwd = "/notebook";

/** The scope of a worker, as the code in it sees it. */
export interface Scope extends Port {
  onmessage: ((event: { data: unknown }) => void) | null;
}

/** A worker, as the page sees it. */
export interface Thread extends Port {
  on(event: "message", listener: (message: never) => void): unknown;
  /** The worker's code didn't load, or an error came out of it. */
  on(event: "error", listener: (message: string) => void): unknown;
  on(event: "exit", listener: () => void): unknown;
  terminate(): unknown;
}

/** The first message to the worker that runs cells. */
export interface RunnerStart {
  type: "start";
  versions: { tslab: string; typescript: string };
  /** Shared memory in which an interrupt is told to loops; null on a page that isn't isolated. */
  flag: SharedArrayBuffer | null;
  /** The environment that cells find, such as QATLAB_FAST. */
  environment: Record<string, string>;
}

/** A file of the reader's, which cells read by its name. */
export interface RunnerFile {
  type: "file";
  name: string;
  file: Blob;
}

export type ToRunner = RunnerStart | RunnerFile | ToMain;
export type FromRunner = { type: "started" } | FromMain;

/** The first message to the worker that compiles cells. */
export interface CompilerStart {
  type: "start";
  language: CellLanguage;
  /** The address of the types' files, see {@link import("./memoryDisk.js").FileTable}. */
  types: string;
  /** Whether loops ask for interrupts. */
  stoppable: boolean;
}

export type ToCompiler = CompilerStart | CompilerCall;
export type FromCompiler = CompilerAnswer;
