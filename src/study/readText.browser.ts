/** @internal A page reads no file by its path, so a study starts anew there. */
export function readText(_path: string): string | undefined {
  return undefined;
}
