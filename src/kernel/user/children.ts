import childProcess, { ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import type { Descriptors } from "../descriptors.js";

type AnyFunction = (...args: unknown[]) => unknown;

/** The calls of `watchChildren`, and the files for detached children. */
interface Watch {
  /** Called before a cell starts its first child process. */
  first: () => void;
  /** Called before and after a child runs, so that its output and that of JavaScript keep their order. */
  order: () => void;
  /** The kernel's own stdout and stderr, if 1 and 2 lead into the notebook. */
  originals: Descriptors["originals"] | undefined;
}

/**
 * Watches each child process that a cell starts by any function of `node:child_process`, and has all children but
 * detached ones end when the kernel is killed.
 */
export function watchChildren({ first, order, originals }: Watch): void {
  let any = false;
  const starting = () => {
    if (any) return;
    any = true;
    first();
    guardChildren();
  };
  const functions = childProcess as unknown as Record<string, AnyFunction>;
  for (const name of ["spawnSync", "execSync", "execFileSync"]) {
    patch(functions, name, (original) => {
      starting();
      order();
      try {
        return original();
      } finally {
        order();
      }
    });
  }
  // All other functions come down to this method.
  const prototype = ChildProcess.prototype as unknown as Record<string, AnyFunction>;
  patch(prototype, "spawn", (original, [options]) => {
    starting();
    order();
    if (originals) keepOutput(options as SpawnOptions, originals);
    return original();
  });
  syncBuiltinESMExports();
}

function patch(
  target: Record<string, AnyFunction>,
  name: string,
  around: (original: () => unknown, args: unknown[]) => unknown,
): void {
  const original = target[name]!;
  const patched = function (this: unknown, ...args: unknown[]): unknown {
    return around(() => Reflect.apply(original, this, args), args);
  };
  Object.defineProperties(patched, Object.getOwnPropertyDescriptors(original));
  target[name] = patched;
}

/** A detached child may outlive the kernel, so its output must not lead into a pipe that the kernel reads. */
function keepOutput(options: SpawnOptions, { stdout, stderr }: Descriptors["originals"]): void {
  const { stdio } = options;
  if (!options.detached || stdio === undefined || stdio === "pipe") return;
  const each = typeof stdio === "string" ? [stdio, stdio, stdio] : [...stdio];
  if (each[1] === "inherit" || each[1] === 1) each[1] = stdout;
  if (each[2] === "inherit" || each[2] === 2) each[2] = stderr;
  options.stdio = each as SpawnOptions["stdio"];
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
