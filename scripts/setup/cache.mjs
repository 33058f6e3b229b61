import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { SetupError } from "./error.mjs";
import { withLock } from "./lock.mjs";
import { formatBytes } from "./progress.mjs";
import { hashOf, readJson, writeJson } from "./stamp.mjs";

/** @typedef {import("./context.mjs").Context} Context */

/**
 * Makes an entry of the cache, once for all processes that need it at the same time: `make` fills a draft
 * folder, which gets the entry's name when it is complete.
 *
 * @param {Context} context
 * @param {string} entry E.g. `tensorflow/2.21.0-linux-x64`.
 * @param {object} options
 * @param {(folder: string) => Promise<boolean> | boolean} options.isGood Whether an entry is whole.
 * @param {(draft: string) => Promise<void>} options.make
 * @param {import("./progress.mjs").Report} options.report
 * @returns {Promise<string>} The entry's folder.
 */
export async function cacheEntry(context, entry, { isGood, make, report }) {
  const folder = join(context.cache, entry);
  if (existsSync(folder) && (await isGood(folder))) return folder;
  const onWait = (/** @type {{ pid: number }} */ { pid }) =>
    report.note(`waiting for another set-up (process ${pid}) that is making it`);
  return await withLock(
    `${folder}.lock`,
    async () => {
      if (existsSync(folder)) {
        if (await isGood(folder)) return folder;
        report.note("the copy in the cache was changed or cut short; making it again");
        discard(folder);
      }
      for (const name of readdirSync(dirname(folder))) {
        // Removes drafts of a stopped run; this process holds the lock, so nobody else writes them.
        if (name.startsWith(`${folder.slice(dirname(folder).length + 1)}.draft-`)) {
          rmSync(join(dirname(folder), name), { recursive: true, force: true });
        }
      }
      const draft = `${folder}.draft-${process.pid}`;
      mkdirSync(draft, { recursive: true });
      try {
        await make(draft);
        renameSync(draft, folder);
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
      return folder;
    },
    { onWait },
  );
}

/** @param {string} folder */
export function discard(folder) {
  const away = `${folder}.draft-discarded-${process.pid}`;
  renameSync(folder, away);
  rmSync(away, { recursive: true, force: true });
}

/**
 * Writes down which entries of the cache a clone uses, for `qatlab clean`.
 *
 * @param {Context} context
 * @param {string[]} entries
 * @param {{ add?: boolean }} [options] `add`: whether the earlier entries stay recorded (default `false`).
 */
export function recordUse(context, entries, { add = false } = {}) {
  const file = join(context.cache, "clones", `${hashOf(context.root)}.json`);
  const before = readJson(file)?.uses ?? [];
  const uses = [...new Set(add ? [...before, ...entries] : entries)].sort();
  writeJson(file, { root: context.root, uses });
}

/**
 * Refuses to start work for which the disk has too little room.
 *
 * @param {string} folder Where the bytes will go; it need not exist yet.
 * @param {number} bytes
 * @param {{ purpose: string, free?: number }} options
 * @throws {SetupError} If less is free.
 */
export function requireSpace(folder, bytes, { purpose, free = freeSpace(folder) }) {
  if (free >= bytes) return;
  throw new SetupError(
    `the disk is full: ${purpose} needs ${formatBytes(bytes)}, and ${formatBytes(free)} are free for ${folder}`,
    {
      hint: "Free some space (npx qatlab clean), or set QATLAB_CACHE to a folder on a larger disk; then run the same command again.",
    },
  );
}

/**
 * The free bytes on the disk of a folder, which need not exist yet.
 *
 * @param {string} folder
 * @returns {number}
 */
export function freeSpace(folder) {
  if (!existsSync(folder)) return freeSpace(dirname(folder));
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
