import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * @internal
 * The folder of qatlab's downloads, which the set-up uses too: `QATLAB_CACHE`, or else the platform's
 * folder for caches.
 */
export function cacheFolder(): string {
  const { QATLAB_CACHE, XDG_CACHE_HOME } = process.env;
  if (QATLAB_CACHE) return resolve(QATLAB_CACHE);
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "qatlab");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "qatlab");
}
