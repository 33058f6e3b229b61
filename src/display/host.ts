import type { Comms } from "./comm.js";
import type { MimeBundle } from "./mime.js";

/**
 * The services of a kernel for the code that it runs. The kernel sets the host as
 * `globalThis[Symbol.for("Jupyter.host")]` before the first cell; libraries look it up and never import the
 * kernel.
 */
export interface JupyterHost {
  /** The host's name, e.g. `"qatlab"`. */
  readonly name: string;

  /**
   * Shows a bundle below the cell that called it (found by asynchronous context, so that output of
   * a promise that outlives its cell is still credited to that cell).
   * With `update: true` the display of the same `displayId` is replaced wherever it stands.
   */
  display(
    bundle: MimeBundle,
    options?: { metadata?: Record<string, unknown>; displayId?: string; update?: boolean },
  ): void;

  /** Clears the output of the calling cell; with `wait`, only when the next output arrives. */
  clear(options?: { wait?: boolean }): void;

  /**
   * The signal of the calling cell, aborted when the reader interrupts it. Long loops that yield
   * to the event loop check it, so that they stop between two steps with their state whole.
   */
  readonly signal: AbortSignal;

  /**
   * Runs `task` once when the calling cell's code has ended (also when it threw or was
   * interrupted) and before the cell is reported idle: the last state of a live figure, its static
   * image. If a task throws, the error is reported on stderr and the other tasks still run.
   */
  beforeIdle(task: () => void | Promise<void>): void;

  /** Runs `task` once when the calling cell runs again, before its code. A host may not know of that. */
  beforeRerun?(task: () => void): void;

  /** Channels to the front end's own objects, such as widgets; a host without a front end has none. */
  readonly comms?: Comms;

  /** Keeps a library usable after an interrupt, see {@link Guard}. */
  guard?(guard: Guard): void;
  /** Runs `task`; what it and all that it starts print and display goes to `sink` in place of the cell. */
  capture?<T>(sink: OutputSink, task: () => T): T;

  /**
   * A line of code that the host has compiled, in a reader's words, e.g. `cell 3, line 2: let x = 1;`;
   * `undefined` for all other code.
   *
   * @param name the cell or file as stacks name it, e.g. `cell 3`
   * @param line counted from 1
   */
  place?(name: string, line: number): string | undefined;
}

/**
 * Is called as each cell begins. The function that it returns is called if that cell is interrupted, after code was
 * stopped in the middle: it puts the library's own state back as it was.
 */
export type Guard = () => () => void;
/** A place for output other than a cell. */
export interface OutputSink extends Pick<JupyterHost, "display" | "clear"> {
  stream(name: "stdout" | "stderr", text: string): void;
}

/** The key of the host on `globalThis`. */
export const hostSymbol: unique symbol = Symbol.for("Jupyter.host") as never;
