import { readdir, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * @internal
 * The file that a download grows in, beside its target. The file of an earlier process is taken over unless
 * that process still lives, so that two processes never write to the same file.
 *
 * @returns the file's path and its size in bytes so far
 */
export async function takePartial(target: string): Promise<{ path: string; size: number }> {
  const path = `${target}.${process.pid}.part`;
  const [left] = await readdir(dirname(target)).then(
    (names) => names.filter((name) => isLeft(name, basename(target))),
    () => [],
  );
  // If another process takes the file over first, the download starts from nothing.
  if (left) await rename(join(dirname(target), left), path).catch(() => {});
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  return { path, size };
}

function isLeft(name: string, target: string): boolean {
  const pid = name.startsWith(`${target}.`) && /^\.(\d+)\.part$/.exec(name.slice(target.length));
  return pid ? !isAlive(Number(pid[1])) : false;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
