const where = "a browser tab has none; for this run the notebook in Node: npx qatlab start";

/** `%cd` needs a machine's folders. */
export function changeFolder(argument: string): void {
  throw new Error(`invalid %cd: ${argument} (expected a folder, and ${where})`);
}

/** `%env` needs a process. */
export function environment(argument: string): void {
  throw new Error(`invalid %env: ${argument} (expected a variable of a process, and ${where})`);
}
