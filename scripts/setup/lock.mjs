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
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Writes a child process down in every lock held, until the returned function is called.
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
  const draft = `${folder}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  mkdirSync(draft);
  writeFileSync(join(draft, "owner.json"), JSON.stringify(identity(process.pid)));
  try {
    renameSync(draft, folder); // fails when the folder exists, for it is never empty
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true });
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw error;
  }
}

/**
 * @param {string} folder
 * @returns {ProcessIdentity | undefined}
 */
function ownerOf(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, "owner.json"), "utf8"));
  } catch {
    return undefined; // released in the meantime
  }
}

/**
 * Removes the lock of a dead process. Of several that see it, one wins: the folder named after the
 * dead owner can be made once.
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
    if (age > 30_000) rmSync(claim, { recursive: true, force: true }); // its maker died as well
    await sleep(50);
    return;
  }
  try {
    if (ownerOf(folder)?.pid !== owner.pid) return;
    for (const name of readdirSync(folder)) {
      if (name.startsWith("child-")) {
        await end({
          pid: Number(name.slice("child-".length)),
          started: readFileSync(join(folder, name), "utf8"),
        });
      }
    }
    rmSync(folder, { recursive: true, force: true });
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
 * Whether the very process that is described still runs: another one may have got its number.
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
