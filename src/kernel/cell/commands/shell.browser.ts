const where =
  "a browser tab starts no processes; for this run the notebook in Node: npx qatlab start";

/** `!command` needs a machine. */
export async function runShell(command: string): Promise<void> {
  throw new Error(`cannot run !${command} (${where})`);
}

/** `%npm` needs a machine. */
export async function runNpm(argument: string, _folder: string): Promise<void> {
  throw new Error(`cannot run %npm ${argument} (${where})`);
}
