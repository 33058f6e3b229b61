import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, venvPython } from "../setup/context.mjs";
import { SetupError } from "../setup/error.mjs";
import { setUp } from "../setup/index.mjs";

/**
 * A program of the build's `cli` folder, after setting up the missing parts of a clone, and the Python that it may
 * start.
 *
 * @param {string} name
 * @returns {Promise<{ program: any, python: string }>}
 */
export async function programOf(name) {
  const context = createContext();
  const isClone = context.kind === "clone";
  if (isClone) await setUp({ context, retry: false });
  const file = join(context.root, "dist", "cli", `${name}.js`);
  if (!existsSync(file)) {
    throw new SetupError(`${file} is missing`, { hint: "Build it: npm run build" });
  }
  const program = await import(pathToFileURL(file).href);
  const python = isClone ? venvPython(context) : (process.env.QATLAB_PYTHON ?? "python3");
  return { program, python };
}
