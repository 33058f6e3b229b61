import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, venvPython } from "../setup/context.mjs";
import { SetupError } from "../setup/error.mjs";
import { setUp } from "../setup/index.mjs";

/**
 * `qatlab run`: runs notebooks, after setting up what is missing in a clone.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function run(args) {
  const context = createContext();
  const isClone = context.kind === "clone";
  if (isClone) await setUp({ context, retry: false });
  const program = join(context.root, "dist", "cli", "run.js");
  if (!existsSync(program)) {
    throw new SetupError(`${program} is missing`, { hint: "Build it: npm run build" });
  }
  const cli = await import(pathToFileURL(program).href);
  const python = isClone ? venvPython(context) : (process.env.QATLAB_PYTHON ?? "python3");
  return await cli.run(args, { python });
}
