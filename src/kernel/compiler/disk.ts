/** The files that the compiler sees, and what it has to know of the place where cells run. */
export interface Disk {
  fileExists(path: string): boolean;
  /** A file's text; `undefined` if there is none. */
  readFile(path: string): string | undefined;
  /** A text that changes when the file does; "0" if there is none. */
  version(path: string): string;
  directoryExists(path: string): boolean;
  /** The names of a folder's folders. */
  getDirectories(path: string): string[];
  readDirectory(
    path: string,
    extensions?: readonly string[],
    exclude?: readonly string[],
    include?: readonly string[],
    depth?: number,
  ): string[];
  realpath(path: string): string;
  /** The folder with TypeScript's own libraries. */
  readonly libFolder: string;
  /** The folder of this package: its `node_modules` has the types that cells always find. */
  readonly ownFolder: string;
  /** The library file of the language as cells' code runs, e.g. `lib.es2023.d.ts`. */
  readonly language: string;
  /** The packages of `@types` that all cells have. */
  readonly types: readonly string[];
  /** Declarations of what the place adds to the global object, beside the kernel's own. */
  readonly ambient: string;
  /** The sentence for a name of Node's where there is no Node; null where cells run in Node. */
  readonly withoutNode: string | null;
  /** Has `work` called when messages that wait have been handled. */
  later(work: () => void): void;
}
