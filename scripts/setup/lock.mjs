import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** @typedef {{ pid: number, started: string }} ProcessIdentity */

/** The locks that this process holds, so that child processes can be written down in them. @type {Set<string>} */
const held = new Set();

/**
 * Runs `task` while holding the lock `folder`; another process that holds it is waited for.
 *
 * A lock is a folder with its owner's process id and start time in it, moved into place whole, so
 * that a lock without an owner is never seen. The lock of a process that died is taken over, after
 * the child processes it left behind have been ended: they may still be writing.
 *
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} task
 * @param {{ onWait?: (owner: ProcessIdentity) => void, poll?: number }} [options] `onWait` is called
 *   once when another process holds the lock; `poll` is in milliseconds (default 200).
 * @returns {Promise<T>}
 */
export async function withLock(folder, task, { onWait, poll = 200 } = {}) {
  mkdirSync(dirname(folder), { recursive: true });
  let announced = false;
  while (!acquire(folder)) {
    const owner = ownerOf(folder);
    if (!owner) continue;
    if (!isAlive(owner)) {
      await takeOver(folder, owner);
      continue;
    }
    if (!announced) onWait?.(owner);
    announced = true;
    await sleep(poll);
  }
  held.add(folder);
  try {
    return await task();
  } finally {
    held.delete(folder);
    remove(folder);
  }
}

/**
 * Records a child process in every lock that this process holds, until the returned function is called.
 *
 * @param {number} pid
 * @returns {() => void}
 */
export function recordChild(pid) {
  const files = [...held].map((folder) => join(folder, `child-${pid}`));
  const started = startTime(pid);
  for (const file of files) writeFileSync(file, started);
  return () => {
    for (const file of files) rmSync(file, { force: true });
  };
}

/** @param {string} folder */
function acquire(folder) {
  const draft = privateName(folder);
  mkdirSync(draft);
  writeFileSync(join(draft, "owner.json"), JSON.stringify(identity(process.pid)));
  try {
    renameSync(draft, folder); // the move fails if the folder exists, since a lock is never empty
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true });
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes a lock. It goes away whole, under a name that nobody else has: emptied in place, it would for a
 * moment be a folder without files, which another process may replace by its own lock.
 *
 * @param {string} folder
 */
function remove(folder) {
  const away = privateName(folder);
  try {
    renameSync(folder, away);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return;
    throw error;
  }
  rmSync(away, { recursive: true, force: true });
}

/** @param {string} folder */
function privateName(folder) {
  return `${folder}.${process.pid}-${Math.random().toString(36).slice(2)}`;
}

/**
 * @param {string} folder
 * @returns {ProcessIdentity | undefined}
 */
function ownerOf(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "owner.json"), "utf8"));
  } catch {
    return undefined; // the lock was released in the meantime
  }
}

/**
 * Removes the lock of a dead process. If several processes see the dead lock, one wins: only one can make
 * the folder that is named after the dead owner.
 *
 * @param {string} folder
 * @param {ProcessIdentity} owner
 */
async function takeOver(folder, owner) {
  const claim = `${folder}.after-${owner.pid}-${owner.started.replace(/\W+/g, "_")}`;
  try {
    mkdirSync(claim);
  } catch {
    const age = existsSync(claim) ? Date.now() - statSync(claim).mtimeMs : 0;
    // After so long, the process that made the claim has died as well.
    if (age > 30_000) rmSync(claim, { recursive: true, force: true });
    await sleep(50);
    return;
  }
  try {
    const { pid, started } = ownerOf(folder) ?? {};
    if (pid !== owner.pid || started !== owner.started) return;
    for (const name of readdirSync(folder)) {
      if (name.startsWith("child-")) {
        await end({
          pid: Number(name.slice("child-".length)),
          started: readFileSync(join(folder, name), "utf8"),
        });
      }
    }
    remove(folder);
  } finally {
    rmSync(claim, { recursive: true, force: true });
  }
}

/** @param {ProcessIdentity} child */
async function end(child) {
  for (let waited = 0; isAlive(child); waited += 50) {
    process.kill(child.pid, waited < 3000 ? "SIGTERM" : "SIGKILL");
    await sleep(50);
  }
}

/**
 * Whether exactly the described process still runs; a later process may have got the same number.
 *
 * @param {ProcessIdentity} process
 */
export function isAlive({ pid, started }) {
  const now = startTime(pid);
  return now !== "" && now === started;
}

/**
 * @param {number} pid
 * @returns {ProcessIdentity}
 */
export function identity(pid) {
  return { pid, started: startTime(pid) };
}

/**
 * When a process started, in whatever unit the system counts; empty when it doesn't run.
 *
 * @param {number} pid
 */
function startTime(pid) {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field, the program's name, may hold blanks and brackets.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? "" : (fields[19] ?? "");
    }
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
