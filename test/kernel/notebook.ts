import { AsyncLocalStorage } from "node:async_hooks";
import {
  type CellOutcome,
  createRuntime,
  type Interrupt,
  noInterrupt,
} from "../../src/kernel/cell/index.js";
import { nodeDisk } from "../../src/kernel/compiler/disk.node.js";
import {
  type CellLanguage,
  type CompileFailure,
  createCompiler,
} from "../../src/kernel/compiler/index.js";
import type { CompiledCell } from "../../src/kernel/compiler/types.js";

/** How a cell of a {@link Notebook} ended: as the runtime says, or refused by the compiler. */
export type Ended = CellOutcome | { status: "refused"; failure: CompileFailure };

/** Compiles and runs cells in this thread, as the kernel does in two. */
export class Notebook {
  readonly compiler;
  readonly runtime;
  interrupted = false;
  /** The warnings of the last cell. */
  hints: string[] = [];
  /** The interrupt of the cell that code works for, as the kernel finds it. */
  private readonly context = new AsyncLocalStorage<Interrupt>();
  private count = 0;

  constructor(
    readonly folder: string,
    {
      language = "typescript",
      builtins = {},
    }: { language?: CellLanguage; builtins?: Record<string, unknown> } = {},
  ) {
    this.compiler = createCompiler({ cwd: folder, language, disk: nodeDisk, warm: false });
    this.runtime = createRuntime({ cwd: folder, language, builtins });
  }

  /** Runs a cell to its end; interrupts it `interruptAfter` milliseconds after it has started. */
  async run(source: string, { interruptAfter }: { interruptAfter?: number } = {}): Promise<Ended> {
    const result = this.compiler.compile(source, ++this.count);
    if (!result.ok) return { status: "refused", failure: result.failure };
    this.hints = result.cell.warnings ?? [];
    this.interrupted = false;
    if (interruptAfter !== undefined) {
      setTimeout(() => {
        this.interrupted = true;
      }, interruptAfter);
    }
    return this.execute(result.cell, () => this.interrupted);
  }

  /** Runs a compiled cell; `interrupted` tells whether it is interrupted. */
  execute(cell: CompiledCell, interrupted: () => boolean): Promise<CellOutcome> {
    const interrupt = {
      ...noInterrupt,
      possible: true,
      get interrupted() {
        return interrupted();
      },
    };
    return new Promise((resolve) => {
      this.context.run(interrupt, () =>
        this.runtime.run(cell, resolve, () => this.context.getStore() ?? noInterrupt),
      );
    });
  }

  /** The value that a cell shows; `undefined` when it shows nothing. Throws what the cell threw. */
  async value(source: string): Promise<unknown> {
    const ended = await this.run(source);
    if (ended.status === "value") return ended.value;
    if (ended.status === "nothing") return undefined;
    if (ended.status === "error") throw ended.error;
    throw new Error(ended.failure.evalue);
  }

  /** The values of several cells. */
  async values(...sources: string[]): Promise<unknown[]> {
    const values: unknown[] = [];
    for (const source of sources) values.push(await this.value(source));
    return values;
  }
}
