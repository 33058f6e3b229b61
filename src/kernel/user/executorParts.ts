import type { CellRuntime } from "../cell/index.js";
import type { Guards } from "./guards.js";
import type { Output } from "./output.js";
import type { ShowValue } from "./show.js";

/** The objects that the executor uses. */
export interface ExecutorParts {
  runtime: CellRuntime;
  output: Output;
  guards: Guards;
  show: ShowValue;
  /** Takes the text of an error that belongs to no cell. */
  stray: (text: string) => void;
  exit: (code: number) => void;
}
