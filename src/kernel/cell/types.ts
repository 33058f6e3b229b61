import type { CompiledCell, Receiver } from "../compiler/types.js";
import type { Interrupt } from "./interrupt.js";
import type { LiveKey } from "./liveKeys.js";

export type { LiveKey };

/** How a cell ended. A cell that was terminated by an interrupt doesn't settle at all. */
export type CellOutcome =
  | { status: "value"; value: unknown }
  | { status: "nothing" }
  | { status: "error"; error: unknown };

/** Runs compiled cells on the main thread and keeps their declared variables. */
export interface CellRuntime {
  /**
   * Runs the cell. A cell without a top-level await settles before `run` returns.
   * `interrupt` returns the interrupt of the run that the current code works for. The cell asks for it around each
   * `await` of its own code; if it has come meanwhile, the code stops there with a `KeyboardInterrupt`.
   */
  run(cell: CompiledCell, settle: (outcome: CellOutcome) => void, interrupt: () => Interrupt): void;

  /**
   * Begins to load the kernel's own library if a cell's source imports it. Loading native TensorFlow takes
   * as long as checking its types, so the kernel calls this while the compiler works. The call is optional.
   */
  preload(source: string): void;

  /** The keys of a live object; no code of the user's is run. */
  keys(receiver: Receiver): LiveKey[];

  /** The values of all cells' variables, each name's newest. */
  variables(): Record<string, unknown>;

  /** The lines of a traceback for a value that a cell threw, mapped to the cells' own lines. */
  traceback(error: unknown): { ename: string; evalue: string; traceback: string[] };
}
