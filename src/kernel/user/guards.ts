import type { Guard } from "../../display/index.js";

/** Puts libraries back into the state that they had when an interrupted cell began. */
export class Guards {
  readonly #guards: Guard[] = [];
  #restorers: (() => void)[] = [];

  /** Adds a library's guard, from the cell at hand on. */
  add(guard: Guard): void {
    this.#guards.push(guard);
    this.#restorers.push(guard());
  }

  /** A cell begins. */
  begin(): void {
    this.#restorers = this.#guards.map((guard) => guard());
  }

  /** The cell was interrupted. A termination may cut this method; it is then called again. */
  restore(): void {
    for (const restore of this.#restorers) {
      try {
        restore();
      } catch {
        // One library's state is no reason to leave the others'.
      }
    }
  }
}
