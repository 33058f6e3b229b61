import type { CellContext } from "./context.js";

/** A cell under way. */
export interface Active {
  context: CellContext;
  /**
   * The cell's code runs ("running"), its value is being formatted ("showing"), the tasks that it has left to
   * the event loop run ("turning"), its code cleans up after an interrupt ("stopping"), or its final tasks run ("finishing").
   */
  phase: "running" | "showing" | "turning" | "stopping" | "finishing";
  /** The number of the interrupt that stopped it, or null. */
  stoppedBy: number | null;
  finalTasks: (() => void | Promise<void>)[];
  /** The promise of the final task that is waited for; null while synchronous code runs. */
  waiting: Promise<void> | null;
}
