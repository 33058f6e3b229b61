import type { ModuleLoader } from "#door/kernel/cell/modules";
import { follow, promise, until } from "./awaiting.js";
import { Box, createBox } from "./box.js";
import { obey, StopWatch, timeit } from "./commands/index.js";
import type { ImportedModule, ModuleMeta } from "./interop.js";
import type { Interrupt } from "./interrupt.js";
import { KeyboardInterrupt } from "./keyboardInterrupt.js";

/** The values of all cells' variables, by slot (`x@3` is the `x` that cell 3 declares). */
export type Slots = Record<string, unknown>;

/**
 * The object whose methods a compiled cell calls while it runs; the compiler's `code.ts` writes these
 * calls. Functions that the cell declared keep the object after the run.
 */
export class CellRun {
  /** The last expression's value. */
  value: unknown = undefined;
  private readonly watch = new StopWatch();

  constructor(
    /**
     * The store in which the cell publishes its variables. It is replaced when the next cell starts, so
     * that late code changes nothing.
     */
    public slots: Slots,
    readonly meta: ModuleMeta,
    private readonly loader: ModuleLoader,
    /** The interrupt of the run that the current code works for, which may be a later one. */
    private readonly interrupt: () => Interrupt,
    /** Its first number is 1 when the reader has interrupted code that doesn't pause. */
    readonly flag: Int32Array,
  ) {}

  /** Stops a loop that has found the flag set. The flag is set again until the interrupt is heard. */
  halt(): never {
    this.flag[0] = 0;
    throw new KeyboardInterrupt();
  }

  /** The value of an earlier cell's variable. */
  get(slot: string): unknown {
    const value = this.slots[slot];
    if (value === undefined && !(slot in this.slots)) throw uninitialised(slot);
    return value instanceof Box ? value.v : value;
  }

  /** The box of an earlier cell's variable, made when the first closure captures it. */
  box(slot: string): Box {
    const value = this.slots[slot];
    if (value instanceof Box) return value;
    const box = createBox();
    box.v = this.get(slot);
    this.slots[slot] = box;
    return box;
  }

  /** The box of an earlier cell's variable that may have no value so far: reading it fails, assigning doesn't. */
  assignableBox(slot: string): Box {
    if (!(slot in this.slots)) this.slots[slot] = createBox(() => uninitialised(slot));
    return this.box(slot);
  }

  /** The value of an earlier cell's variable, if it has one. */
  peek(slot: string): unknown {
    return slot in this.slots ? this.get(slot) : undefined;
  }

  /** A box for a variable that this cell declares. A constant's can't be read before its declaration. */
  createBox(constant?: string): Box {
    if (constant === undefined) return createBox();
    return createBox(() => new ReferenceError(`Cannot access '${constant}' before initialization`));
  }

  /** The box of an earlier variable that this cell declares again: the code that has captured it sees the new one. */
  takeBox(slot: string): Box {
    const value = this.slots[slot];
    delete this.slots[slot];
    return value instanceof Box ? value : createBox();
  }

  /** Whether the run is interrupted. A compiled cell asks before each `await`, for {@link CellRun.check}. */
  get stopped(): boolean {
    return this.interrupt().interrupted;
  }

  /** The compiler puts this call around what a cell awaits. */
  until<T>(value: T): T | Promise<never> {
    return until(this.interrupt(), value);
  }

  /** The same for what an imported function or method returned. */
  follow(value: unknown): unknown {
    return follow(this.interrupt(), value);
  }

  /** `new Promise(executor)` in the cell's code. */
  promise(...args: [PromiseConstructor, ConstructorParameters<typeof Promise>[0]]): unknown {
    return promise(this.interrupt(), ...args);
  }

  /**
   * The compiler puts this call around each `await`. It stops the code if the reader has interrupted the
   * run while the code waited; code that began to wait after that cleans up, and goes on until its time is over.
   */
  check<T>(stopped: boolean, value: T): T {
    const interrupt = this.interrupt();
    if (interrupt.ended || (interrupt.interrupted && !stopped)) throw new KeyboardInterrupt();
    return value;
  }

  /** Carries out a command: `%cd data` is `command("cd", "data")`. */
  command(name: string, argument: string): Promise<void> {
    return obey(name, argument, { folder: this.meta.dirname });
  }

  /** `%time`: from here … */
  startTimer(): void {
    this.watch.start();
  }

  /** … to here. */
  stopTimer(): void {
    this.watch.stop();
  }

  /** `%timeit` */
  timeit(call: () => unknown): Promise<void> {
    return timeit(call, () => this.check(false, undefined));
  }

  /** Loads a module; `path` is the file of a local TypeScript module. */
  import(specifier: string, path?: string): Promise<ImportedModule> {
    return this.loader.import(specifier, path);
  }

  /** `import(specifier)` in the cell's code. */
  async importDynamically(specifier: unknown, path?: string): Promise<unknown> {
    return (await this.loader.import(String(specifier), path)).namespace;
  }
}

function uninitialised(slot: string): ReferenceError {
  const separator = slot.lastIndexOf("@");
  const name = slot.slice(0, separator);
  const cell = slot.slice(separator + 1).split(":")[0];
  return new ReferenceError(
    `${name} is not initialised: cell ${cell} stopped before its declaration (run that cell again)`,
  );
}
