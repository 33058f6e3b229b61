/** The parts of npm's jsfive that the library uses; the package has no types. */
declare module "jsfive" {
  export class Group {
    readonly keys: string[];
    readonly attrs: Record<string, unknown>;
    get(path: string): Group | Dataset | null;
  }
  export class File extends Group {
    constructor(content: ArrayBuffer, name?: string);
  }
  export class Dataset extends Array<unknown> {
    readonly shape: number[];
    readonly dtype: string | unknown[];
    readonly value: unknown[];
  }
}
