import type { CompiledCell } from "../compiler/types.js";

/** How a cell ended. A cell that was terminated by an interrupt doesn't settle at all. */
export type CellOutcome =
  | { status: "value"; value: unknown }
  | { status: "nothing" }
  | { status: "error"; error: unknown };

/** Runs compiled cells on the main thread and keeps what they declare. */
export interface CellRuntime {
  /**
   * Runs the cell. A cell without a top-level await settles before `run` returns.
   * `interrupted` is asked around each `await` of the cell's own code; when it answers true the
   * cell's code stops there with a `KeyboardInterrupt`.
   */
  run(cell: CompiledCell, settle: (outcome: CellOutcome) => void, interrupted: () => boolean): void;

  /**
   * Begins to load the kernel's own library where a cell's source imports it: native TensorFlow takes as
   * long to load as its types to check, so the kernel calls this while the compiler works. Optional.
   */
  preload(source: string): void;

  /** The lines of a traceback for a value that a cell threw, mapped to the cells' own lines. */
  traceback(error: unknown): { ename: string; evalue: string; traceback: string[] };
}
