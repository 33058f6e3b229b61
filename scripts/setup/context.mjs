import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where things are. A *clone* is the project's own repository; a *package* is qatlab as npm
 * installed it into somebody's project.
 *
 * @typedef {object} Context
 * @property {"clone" | "package"} kind
 * @property {string} root The clone's or package's folder.
 * @property {string} cache The folder that clones share.
 * @property {string} state The folder of the set-up's records; in a clone it can be deleted at any time.
 * @property {string} venv The clone's Python environment.
 */

/**
 * @param {{ root?: string, env?: NodeJS.ProcessEnv }} [options] `root`: default, the folder that
 *   this file belongs to.
 * @returns {Context}
 */
export function createContext({
  root = dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
  env = process.env,
} = {}) {
  return {
    kind: existsSync(join(root, "package-lock.json")) ? "clone" : "package",
    root,
    cache: cacheFolder(env),
    state: join(root, ".qatlab"),
    venv: join(root, ".venv"),
  };
}

/**
 * `QATLAB_CACHE`, or else the place that the platform has for caches.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function cacheFolder({ QATLAB_CACHE, XDG_CACHE_HOME }) {
  if (QATLAB_CACHE) return resolve(QATLAB_CACHE); // the path is absolute, since links point into it
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "qatlab");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "qatlab");
}

/**
 * The Python of the clone's environment.
 *
 * @param {Context} context
 */
export function venvPython({ venv }) {
  return join(venv, "bin", "python");
}
