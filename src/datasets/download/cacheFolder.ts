import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * @internal
 * Where qatlab keeps what it has fetched, the set-up's folder too: `QATLAB_CACHE`, or else the place
 * that the platform has for caches.
 */
export function cacheFolder(): string {
  const { QATLAB_CACHE, XDG_CACHE_HOME } = process.env;
  if (QATLAB_CACHE) return resolve(QATLAB_CACHE);
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "qatlab");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "qatlab");
}
