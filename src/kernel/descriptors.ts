import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The files behind the process's descriptors 1 and 2, before and now. */
export interface Descriptors {
  /** The ends of pipes from which the protocol thread reads the output to 1 and 2. */
  readers: { stdout: number; stderr: number };
  /** The files that 1 and 2 were. */
  originals: { stdout: number; stderr: number };
}

/**
 * Leads the file descriptors 1 and 2 into pipes, so that the output of native code and of child processes reaches
 * the cell, also while `execSync` blocks the main thread.
 *
 * Node can't duplicate a descriptor. But a system gives a newly opened file the lowest free number: a named pipe
 * that is opened right after 1 was closed becomes 1. So this must run before other threads open files.
 *
 * @returns null where the system has no named pipes, or where an original can't be opened anew, as a socket can't;
 *   then both stay as they are
 */
export function captureDescriptors(): Descriptors | null {
  if (process.platform === "win32") return null;
  const opened: number[] = [];
  const open = (path: string, flags: string | number): number => {
    const fd = openSync(path, flags);
    opened.push(fd);
    return fd;
  };
  let folder = "";
  try {
    // "a", since "w" would empty a file.
    const originals = { stdout: open("/dev/fd/1", "a"), stderr: open("/dev/fd/2", "a") };
    folder = mkdtempSync(join(tmpdir(), "qatlab-"));
    const paths = { stdout: join(folder, "1"), stderr: join(folder, "2") };
    execFileSync("mkfifo", ["-m", "600", paths.stdout, paths.stderr], { stdio: "ignore" });
    const read = constants.O_RDONLY | constants.O_NONBLOCK;
    const readers = { stdout: open(paths.stdout, read), stderr: open(paths.stderr, read) };
    replace(1, paths.stdout);
    replace(2, paths.stderr);
    return { readers, originals };
  } catch {
    for (const fd of opened) closeSync(fd);
    return null;
  } finally {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  }
}

function replace(fd: number, path: string): void {
  closeSync(fd);
  // Lower numbers are free too if the process was started without an input.
  const others: number[] = [];
  for (let got = openSync(path, "w"); got !== fd; got = openSync(path, "w")) others.push(got);
  for (const other of others) closeSync(other);
}
