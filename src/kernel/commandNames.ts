/** The orders that a cell can give the kernel: `%cd data` is `cd`, `!ls` is `shell`. */
export const commandNames = [
  "cd",
  "env",
  "help",
  "npm",
  "shell",
  "time",
  "timeit",
  "types",
] as const;
export type CommandName = (typeof commandNames)[number];

/** Whether `%name` is a command. */
export function isCommandName(name: string): name is CommandName {
  return name !== "shell" && (commandNames as readonly string[]).includes(name);
}
