import { parseArgs } from "node:util";
import { SetupError } from "../setup/error.mjs";

/**
 * Reads a command's arguments. `--help` prints the usage, and the command has nothing more to do.
 *
 * @template {NonNullable<import("node:util").ParseArgsConfig["options"]>} O
 * @param {string[]} args
 * @param {{ usage: string, options: O, positionals?: boolean }} command `positionals`: whether it takes
 *   arguments without a name (default `false`).
 * @returns {ReturnType<typeof parseArgs<{ options: O, allowPositionals: boolean }>> | undefined} The values;
 *   `undefined` after `--help`.
 * @throws {SetupError} If an argument is unknown, with the usage as its hint.
 */
export function parseArguments(args, { usage, options, positionals = false }) {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(usage);
    return undefined;
  }
  try {
    return /** @type {any} */ (parseArgs({ args, options, allowPositionals: positionals }));
  } catch (error) {
    throw wrongUsage(/** @type {Error} */ (error).message, usage);
  }
}

/**
 * The error for arguments that don't fit.
 *
 * @param {string} message
 * @param {string} usage
 */
export function wrongUsage(message, usage) {
  return new SetupError(message, { hint: usage.trimEnd() });
}
