/** False, since a browser's console can't rewrite its lines. */
export function isTerminal(): boolean {
  return false;
}

/** Writes a text to the console. */
export function print(text: string): void {
  console.log(text.trimEnd());
}

/** Runs a task a little later: a page never exits by itself. */
export function beforeExit(task: () => void): void {
  setTimeout(task);
}
