import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CompiledCell } from "../../compiler/types.js";
import { murmur2 } from "./murmur2.js";
import { LineMap } from "./sourceMap.js";

/** Code that can be debugged: a cell's run, or a local module. */
export interface Source {
  /** The path by which the front end knows it. */
  path: string;
  /** The file name under which V8 knows it. */
  filename: string;
  text: string;
  lines: LineMap;
  /** Names in the compiled code, of a cell. */
  names?: CellNames;
}

export interface CellNames {
  /** The cell's function. */
  main: string;
  /** The end of the names that the compiler has made. */
  suffix: string;
}

/** The most runs of cells that are kept. */
const limit = 1000;

/** The form of a cell's path, which the front end computes too. */
export const cellPaths = {
  hashMethod: "Murmur2",
  hashSeed: 0xc70f6907,
  // JupyterLab shows "Cell [3]" in place of a path only if the path has this word.
  tmpFilePrefix: join(tmpdir(), `ipykernel_${process.pid}`, "/"),
  tmpFileSuffix: ".ts",
};

/** The path of the cell that has this source text. */
export function cellPath(code: string): string {
  const { tmpFilePrefix, tmpFileSuffix, hashSeed } = cellPaths;
  return `${tmpFilePrefix}${murmur2(code, hashSeed)}${tmpFileSuffix}`;
}

/** The cells that have run, and the local modules that they have imported. */
export class Sources {
  readonly #compiled = new Map<string, { path: string; cell: Compiled }>();
  readonly #read = new Map<string, Source>();
  /** The newest code of each path. */
  readonly #newest = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  /**
   * Adds a cell that is about to run.
   *
   * @param code the text that the front end has sent
   * @returns the paths of the cell and of its modules
   */
  add(code: string, cell: CompiledCell): string[] {
    const added = [{ path: cellPath(code), filename: cell.filename, cell: cell as Compiled }];
    for (const module of cell.modules) {
      added.push({ path: module.path, filename: module.path, cell: module });
    }
    for (const { path, filename, cell } of added) {
      this.#read.delete(filename);
      this.#compiled.delete(filename);
      this.#compiled.set(filename, { path, cell });
      this.#newest.set(path, filename);
    }
    for (const filename of this.#compiled.keys()) {
      if (this.#compiled.size <= limit) break;
      this.#compiled.delete(filename);
      this.#read.delete(filename);
    }
    return added.map(({ path }) => path);
  }

  /** Remembers the text of a cell that may not have run. */
  dump(code: string): string {
    const path = cellPath(code);
    this.#texts.set(path, code);
    return path;
  }

  /** The code that V8 knows under a URL or file name. */
  at(url: string): Source | undefined {
    const filename = url.startsWith("file://") ? fileURLToPath(url) : url;
    const entry = this.#compiled.get(filename);
    if (entry === undefined) return undefined;
    let source = this.#read.get(filename);
    if (source === undefined) {
      const { path, cell } = entry;
      const names = "modules" in cell && cell.locals ? namesOf(cell.locals) : undefined;
      source = { path, filename, text: cell.source, lines: new LineMap(cell.map), names };
      this.#read.set(filename, source);
    }
    return source;
  }

  /** The newest code of a path. */
  newest(path: string): Source | undefined {
    const filename = this.#newest.get(path);
    return filename === undefined ? undefined : this.at(filename);
  }

  /** The paths of the local modules, in the order of their last import. */
  modules(): string[] {
    const entries = [...this.#compiled.values()];
    return entries.filter(({ cell }) => !("modules" in cell)).map(({ path }) => path);
  }

  text(path: string): string | undefined {
    return this.newest(path)?.text ?? this.#texts.get(path);
  }
}

type Module = CompiledCell["modules"][number];
type Compiled = CompiledCell | Module;

function namesOf({ run, main }: { run: string; main: string }): CellNames {
  return { main, suffix: run.slice("cell".length) };
}
