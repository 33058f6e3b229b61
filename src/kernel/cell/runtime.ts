import { metaOf } from "#door/kernel/cell/meta";
import { ModuleLoader } from "#door/kernel/cell/modules";
import { dirname } from "#door/kernel/cell/platform";
import { evaluate, silenceLoaderWarning } from "#door/kernel/cell/script";
import type { CompiledCell, Receiver } from "../compiler/types.js";
import { Box } from "./box.js";
import type { RuntimeOptions } from "./index.js";
import type { Interrupt } from "./interrupt.js";
import { type LiveKey, liveKeys } from "./liveKeys.js";
import { CellRun, type Slots } from "./run.js";
import { registerSource } from "./sources.js";
import { formatError } from "./traceback.js";
import type { CellOutcome, CellRuntime } from "./types.js";

/**
 * Imports of packages that only define functions and classes, so that loading them early has no visible
 * effect.
 */
const ownImport = /^\s*import\b[^"';]*["'](qatlab|@tensorflow\/tfjs-node)["']/gm;

let silenced = false;

type CellFunction = (
  run: CellRun,
  require: NodeJS.Require,
  filename: string,
  dirname: string,
) => Promise<void> | undefined;

/** Runs cells one after the other. Their variables live in slots, which stay after a run. */
export class Runtime implements CellRuntime {
  private readonly slots: Slots = Object.create(null) as Slots;
  private readonly loader: ModuleLoader;
  private readonly flag: Int32Array;
  private latest: CellRun | undefined;

  constructor({ cwd, builtins = {}, loaded = () => {}, flag = new Int32Array(1) }: RuntimeOptions) {
    this.flag = flag;
    if (!silenced) silenceLoaderWarning();
    silenced = true;
    this.loader = new ModuleLoader(cwd, builtins, loaded);
  }

  run(
    cell: CompiledCell,
    settle: (outcome: CellOutcome) => void,
    interrupt: () => Interrupt,
  ): void {
    // An interrupted run may still be waiting somewhere. From now on it can't overwrite variables that
    // later cells change.
    if (this.latest) this.latest.slots = Object.create(this.slots) as Slots;
    const run = new CellRun(this.slots, metaOf(cell.filename), this.loader, interrupt, this.flag);
    this.latest = run;
    const fail = (error: unknown) => settle({ status: "error", error });
    const finish = () => {
      const { value } = run;
      run.value = undefined;
      settle(value === undefined ? { status: "nothing" } : { status: "value", value });
    };

    let pending: Promise<void> | undefined;
    try {
      pending = this.start(cell, run);
    } catch (error) {
      fail(error);
      return;
    }
    if (pending) pending.then(finish, fail);
    else finish();
  }

  preload(source: string): void {
    for (const [, specifier] of source.matchAll(ownImport)) {
      this.loader.import(specifier!).catch(() => {}); // The cell's own import throws the error.
    }
  }

  private start(cell: CompiledCell, run: CellRun): Promise<void> | undefined {
    for (const slot of cell.forget) delete this.slots[slot];
    this.loader.update(cell.modules);
    const { filename, map, source, insertion } = cell;
    registerSource(filename, { map, source, insertion, name: `cell ${cell.cell}` });
    const call = evaluate(cell.code, filename) as CellFunction;
    return call(run, this.loader.require, filename, dirname(filename));
  }

  keys({ name, slot, path }: Receiver): LiveKey[] {
    return slot === undefined
      ? liveKeys(globalThis, [name, ...path])
      : liveKeys(this.slots[slot], path);
  }

  variables(): Record<string, unknown> {
    const values = Object.create(null) as Record<string, unknown>;
    for (const [slot, value] of Object.entries(this.slots)) {
      if (value instanceof Box && !Object.hasOwn(value, "v")) continue; // its declaration hasn't run
      values[slot.slice(0, slot.lastIndexOf("@"))] = value instanceof Box ? value.v : value;
    }
    return values;
  }

  traceback(error: unknown): { ename: string; evalue: string; traceback: string[] } {
    return formatError(error);
  }
}
