import type { Disk } from "./disk.js";

/** The language of a notebook's cells. */
export type CellLanguage = "typescript" | "javascript";

/** A local TypeScript module that a cell imports, compiled to CommonJS. */
export interface LocalModule {
  /** Absolute path of the `.ts` file. */
  path: string;
  /** CommonJS code, a function body over `exports, require, module, __filename, __dirname, importMeta$`. */
  code: string;
  /** Whether the code awaits at its top level. */
  awaits: boolean;
  /** Source map (version 3, JSON) from `code` to the file. */
  map: string;
  /** The file's text, for the lines a traceback shows. */
  source: string;
  /** The local modules that it imports: specifier to absolute path. */
  locals: Record<string, string>;
  /** The specifiers of all other modules that it imports; they are loaded before it runs. */
  externals: string[];
  /**
   * A version that changes when the file or a local module that it imports changes; the module is then run
   * again.
   */
  version: string;
}

/** The plain locals of a compiled cell, which an interrupt publishes out of the paused frame. */
export interface PlainLocals {
  /** The name of the cell's runtime in the compiled code. */
  run: string;
  /** The name of the cell's function. */
  main: string;
  /** Each local's slot in the store, and its name. */
  slots: { slot: string; name: string }[];
}

/** A cell, ready to run. */
export interface CompiledCell {
  /** The execution count. */
  cell: number;
  /** The cell's file name in stacks, e.g. `[cell 3].ts`, inside the notebook's folder. */
  filename: string;
  /** JavaScript: an expression whose value is a function of the cell's runtime, see `cell/runtime.ts`. */
  code: string;
  /** Source map (version 3, JSON) from `code` to the cell's source. */
  map: string;
  /** The cell's source, for the lines a traceback shows. */
  source: string;
  modules: LocalModule[];
  /** Absent in a cell that has none. */
  locals?: PlainLocals;
  /** Slots of earlier variables that this cell declares anew: no later cell can name them. */
  forget: string[];
  /** Characters that the compiler put into the source, from which `map` counts. */
  insertion?: Insertion;
  /** Lines with ANSI colours that are shown before the cell runs: type errors that only warn, and names of code that keeps an earlier variable. */
  warnings?: string[];
}

/** Characters that the compiler puts into a cell's source: `text` stands at `offset`. */
export interface Insertion {
  offset: number;
  text: string;
}

/** Why a cell didn't compile; such a cell doesn't run and declares nothing. */
export interface CompileFailure {
  /** `SyntaxError` or `TypeError`: the field `ename` of the reply. */
  ename: string;
  evalue: string;
  /** Lines with ANSI colours: each diagnostic with its code, its place and the marked source line. */
  traceback: string[];
}

export type CompileResult =
  | { ok: true; cell: CompiledCell }
  | { ok: false; failure: CompileFailure };

export interface Completion {
  matches: string[];
  /** Offsets in Unicode code points, as the Jupyter protocol counts. */
  cursorStart: number;
  cursorEnd: number;
  /** The entries with their kinds, in order. */
  entries: CompletionEntry[];
  /** Where the types know no members, or few: the object whose live keys complete the list. */
  receiver?: Receiver;
}

/** An entry as JupyterLab and `jupyter console` show it (`_jupyter_types_experimental`). */
export interface CompletionEntry {
  text: string;
  type: string;
  start: number;
  end: number;
  /** The parameters and the result of a function. */
  signature?: string;
}

/** A live object: the variable in `slot`, or else the global `name`, and the keys that lead from it. */
export interface Receiver {
  name: string;
  slot: string | undefined;
  path: string[];
}

export interface Inspection {
  found: boolean;
  data: Record<string, string>;
}

export interface Completeness {
  status: "complete" | "incomplete" | "invalid" | "unknown";
  indent: string;
}

/**
 * Turns cells into JavaScript. It lives in a separate thread, remembers the declarations of the cells so
 * far, and answers from the types alone: it never runs the user's code.
 */
export interface CellCompiler {
  /** Checks and compiles a cell against the cells compiled before it. */
  compile(source: string, cell: number): CompileResult;
  complete(source: string, cursor: number): Completion;
  inspect(source: string, cursor: number, detailLevel: 0 | 1): Inspection;
  isComplete(source: string): Completeness;
  /** An expression in JavaScript, for a frame of a compiled cell; see `expression.ts`. */
  expression(source: string, boxes: string[], suffix: string): string;
}

export interface CompilerOptions {
  /** The notebook's folder: imports are resolved from it, the nearest tsconfig.json is looked for. */
  cwd: string;
  language: CellLanguage;
  disk: Disk;
  /**
   * Whether loops ask, at each turn, whether the reader has interrupted the cell: where nothing else ends a loop
   * without pause. Default: false.
   */
  stoppable?: boolean;
  /** Whether to parse libraries and packages ahead of the first cell, in slices between messages. Default: true. */
  warm?: boolean;
}
