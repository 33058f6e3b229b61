import childProcess, { ChildProcess, spawn } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Calls `first` before a cell starts its first child process, by any function of `node:child_process`, and has
 * all children end when the kernel is killed.
 */
export function watchChildren(first: () => void): void {
  let any = false;
  const starting = () => {
    if (any) return;
    any = true;
    first();
    guardChildren();
  };
  const functions = childProcess as unknown as Record<string, AnyFunction>;
  // All other functions come down to `ChildProcess.spawn`.
  for (const name of ["spawnSync", "execSync", "execFileSync"]) patch(functions, name, starting);
  patch(ChildProcess.prototype as unknown as Record<string, AnyFunction>, "spawn", starting);
  syncBuiltinESMExports();
}

function patch(target: Record<string, AnyFunction>, name: string, starting: () => void): void {
  const original = target[name]!;
  const patched = function (this: unknown, ...args: unknown[]): unknown {
    starting();
    return Reflect.apply(original, this, args);
  };
  Object.defineProperties(patched, Object.getOwnPropertyDescriptors(original));
  target[name] = patched;
}

/**
 * Waits for its input to end, which happens when the kernel does, and ends the kernel's process group: nobody
 * else could, if the kernel is killed.
 */
const guard = `trap "" INT TERM HUP; read -r x; k() { kill -s "$1" -- "-$2" 2>/dev/null; }; k TERM "$1" && sleep 0.5 && k KILL "$1"`;

/**
 * Has the child processes end when the kernel is killed. The guard is a process of its own, started with the
 * first child; it works where the kernel leads its process group, as Jupyter starts kernels. Detached
 * children have another group, and stay.
 */
function guardChildren(): void {
  if (process.platform === "win32") return;
  try {
    process.kill(-process.pid, 0); // throws if there is no such group
  } catch {
    return;
  }
  const shell = spawn("sh", ["-c", guard, "sh", String(process.pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
  });
  shell.on("error", () => {});
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
}
