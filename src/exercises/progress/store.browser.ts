/** @internal A page has no version of its own. */
export const version = "";

/** @internal A page keeps nothing. */
export function storePath(): string | undefined {
  return undefined;
}

/** @internal */
export function readStore(_path: string): string {
  return "";
}

/** @internal */
export function appendStore(_path: string, _line: string): void {}

/** @internal */
export function setAside(path: string, _text: string, _date: Date): string {
  return path;
}
