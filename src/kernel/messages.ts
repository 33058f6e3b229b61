import type { MessagePort } from "node:worker_threads";
import type { LiveKey } from "./cell/types.js";
import type { CellLanguage, CompiledCell, Receiver } from "./compiler/types.js";
import type { Descriptors } from "./descriptors.js";
import type { Port } from "./port.js";

export type CommKind = "open" | "msg" | "close";

/** A comm message of the front end; `call` counts down from −1. */
export interface CommCall {
  call: number;
  kind: CommKind;
  id: string;
  /** The target of a comm that is opened; otherwise "". */
  target: string;
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
}

/** The messages from the protocol thread to the main thread. */
export type ToMain =
  /** Load the imports of the next run's cell, as far as possible before the cell is checked. */
  | { type: "preload"; run: number; source: string }
  /**
   * Run a compiled cell; `run` numbers count up, one run at a time. `place` is the front end's name of the
   * cell in its notebook, "" if it has none.
   */
  | { type: "run"; run: number; cell: CompiledCell; place: string }
  | ({ type: "comm" } & CommCall)
  /**
   * Stop that run, or that call, and keep its state. The message is sent again until it is acknowledged, so handling it
   * twice is harmless. `count` numbers the reader's interrupts: a second one ends the time to clean up.
   */
  | { type: "interrupt"; run: number; count: number }
  /** A termination has landed: go on with the work that it cut. */
  | { type: "resume" }
  /** Tell the keys of a live object. */
  | { type: "keys"; question: number; receiver: Receiver }
  /** Offer the variables of all cells to the debugger: a function under this name of the global object. */
  | { type: "expose"; key: string }
  | { type: "exit"; code: number };

/**
 * The messages from the main thread to the protocol thread, in order. A run ends with exactly one `done`.
 */
export type FromMain =
  | { type: "stream"; run: number; name: StreamName; text: string }
  /** `json` is the content of a display message; the main thread serializes it. */
  | { type: "display"; run: number; json: string; update: boolean }
  | { type: "clear"; run: number; wait: boolean }
  /** The value of the last expression: `json` has `data` and `metadata`, `text` is its plain text. */
  | { type: "result"; run: number; json: string; text: string }
  | { type: "failure"; run: number; failure: Failure }
  /** The interrupt is heard. `cleaning` says whether the cell's code may still clean up. */
  | { type: "interrupted"; run: number; cleaning: boolean }
  /** The main thread's event loop has received SIGINT. */
  | { type: "signalled"; run: number }
  | { type: "done"; run: number }
  /**
   * Ask the reader. The answer goes to `port`; then `wake`, on which the main thread may wait, is set. A `wake` with room for
   * it gets the answer as well ({@link import("./sharedAnswer.js").giveAnswer}).
   */
  | {
      type: "ask";
      run: number;
      prompt: string;
      password: boolean;
      port: Port & { close(): void };
      wake: Int32Array<SharedArrayBuffer> | null;
    }
  /** A comm message to the front end: `json` is its content, `call` the message that it was sent for. */
  | {
      type: "comm";
      run: number;
      call: number | null;
      kind: CommKind;
      id: string;
      target: string;
      json: string;
      metadata: Record<string, unknown>;
      buffers: Uint8Array[];
    }
  /** A comm message has been handled; an unknown target isn't accepted. */
  | { type: "comm-done"; call: number; accepted: boolean }
  /** Publish all that has been written so far, then pass the fence of that number. */
  | { type: "fence"; fence: number }
  /** A cell starts the first child process of this kernel. */
  | { type: "children" }
  /** The answer to `keys`. */
  | { type: "keys"; question: number; keys: LiveKey[] };

/** The reader's answer, or why there is none. */
export type Answer = { text: string } | { refused: string } | { interrupted: true };

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
  method: "compile" | "complete" | "inspect" | "isComplete" | "expression";
  args: unknown[];
}
export type CompilerAnswer = { id: number; value: unknown } | { id: number; error: string };

/** The data that the protocol thread starts with. */
export interface ProtocolData {
  connectionFile: string;
  language: CellLanguage;
  main: MessagePort;
  /** The bytes at which the main thread's heap is full. */
  heapLimit: number;
  /** See {@link import("./flow.js").Flow}. */
  flow: SharedArrayBuffer;
  /** See {@link import("./fence.js").Fence}. */
  fence: SharedArrayBuffer;
  /** Where the file descriptors 1 and 2 lead; null if they stayed as they were. */
  descriptors: Descriptors | null;
}

/** The data that the compiler thread starts with. */
export interface CompilerData {
  cwd: string;
  language: CellLanguage;
}
