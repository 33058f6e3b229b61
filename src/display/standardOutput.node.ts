/** Whether the output goes to a terminal, where lines can be rewritten. */
export function isTerminal(): boolean {
  return process.stdout.isTTY === true;
}

/** Writes a text to the program's output. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Runs a task when the program has nothing else left to do. */
export function beforeExit(task: () => void): void {
  process.once("beforeExit", task);
}
