import type { MessagePort } from "node:worker_threads";
import type { CellLanguage, CompiledCell } from "./compiler/types.js";

/** What the protocol thread asks of the main thread. */
export type ToMain =
  /** Load what the cell of the next run imports, as far as that can be done before it is checked. */
  | { type: "preload"; run: number; source: string }
  /** Run a compiled cell; `run` numbers count up, one run at a time. */
  | { type: "run"; run: number; cell: CompiledCell }
  /** Stop that run, keep its state. Sent again until it is acknowledged, so handling it twice is harmless. */
  | { type: "interrupt"; run: number }
  /** A termination has landed: go on with whatever it cut. */
  | { type: "resume" }
  | { type: "exit"; code: number };

/** What the main thread reports, in order. A run ends with exactly one `done`. */
export type FromMain =
  | { type: "stream"; run: number; name: StreamName; text: string }
  /** `json` is the content of a display message, serialized where the value lives. */
  | { type: "display"; run: number; json: string; update: boolean }
  | { type: "clear"; run: number; wait: boolean }
  /** The value of the last expression: `json` has `data` and `metadata`, `text` is its plain text. */
  | { type: "result"; run: number; json: string; text: string }
  | { type: "failure"; run: number; failure: Failure }
  | { type: "interrupted"; run: number }
  /** SIGINT, when the main thread's event loop came to it. */
  | { type: "signalled"; run: number }
  | { type: "done"; run: number };

export type StreamName = "stdout" | "stderr";

/** The fields of an `error` message. */
export interface Failure {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** A call of one of the compiler's methods from the protocol thread, and its answer. */
export interface CompilerCall {
  id: number;
  method: "compile" | "complete" | "inspect" | "isComplete";
  args: unknown[];
}
export type CompilerAnswer = { id: number; value: unknown } | { id: number; error: string };

/** What the protocol thread is started with. */
export interface ProtocolData {
  connectionFile: string;
  language: CellLanguage;
  main: MessagePort;
  compiler: MessagePort;
  /** See {@link import("./flow.js").Flow}. */
  flow: SharedArrayBuffer;
}

/** What the compiler thread is started with. */
export interface CompilerData {
  cwd: string;
  language: CellLanguage;
  port: MessagePort;
}
