import type { CellLanguage } from "../compiler/types.js";
import { Runtime } from "./runtime.js";
import type { CellRuntime } from "./types.js";

export { calledByCell } from "./callers.js";
export { type Interrupt, noInterrupt } from "./interrupt.js";
export { KeyboardInterrupt } from "./keyboardInterrupt.js";
export { mapStacks } from "./stack.js";
export type * from "./types.js";

export interface RuntimeOptions {
  /** The notebook's folder: imports are resolved from it. */
  cwd: string;
  language: CellLanguage;
  /** Modules that the kernel provides itself, by specifier, e.g. `{ tslab: … }`. Default: none. */
  builtins?: Record<string, unknown>;
  /** Called with the exports of each other module that a cell imports. */
  loaded?: (exports: object) => void;
  /** Memory that an interrupt is told in, for cells that were compiled as stoppable. */
  flag?: Int32Array;
}

/** Makes the runtime of one notebook. */
export function createRuntime(options: RuntimeOptions): CellRuntime {
  return new Runtime(options);
}
