import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine. */
export interface Process {
  pid: number;
  parent: number;
  /** Linux: its session. Elsewhere: its process group. A detached child has its own. */
  session: number;
  /** When it started, by the clock of {@link now}. */
  start: number;
}

/** How to look at processes on one kind of system; times are milliseconds. */
interface Platform {
  now(): number;
  list(): Process[];
  find(pid: number): Process | undefined;
}

/** The length of a tick of the clock in `/proc`: Linux counts 100 a second for programs, whatever it uses itself. */
const tick = 10;

const linux: Platform = {
  // Rounded down to a tick, as the starts of processes are.
  now: () => Math.floor(Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 100) * tick,
  list: () =>
    readdirSync("/proc").flatMap((name) => {
      const process = /^\d+$/.test(name) ? linux.find(Number(name)) : undefined;
      return process ? [process] : [];
    }),
  find(pid) {
    try {
      return parseStat(pid, readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return undefined; // it has ended
    }
  },
};

/** Reads `/proc/PID/stat`, whose second field is a name that may hold blanks and brackets. */
function parseStat(pid: number, stat: string): Process | undefined {
  const [state, parent, , session, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return undefined; // it has ended, and waits to be collected
  return { pid, parent: Number(parent), session: Number(session), start: Number(rest[15]) * tick };
}

const ps = ["-o", "pid=,ppid=,pgid=,etime="];

const posix: Platform = {
  // `etime` counts whole seconds, so that a start may look up to a second late.
  now: () => Date.now() - 1000,
  list: () => parsePs(run(["-ax", ...ps])),
  find: (pid) => parsePs(run(["-p", String(pid), ...ps]))[0],
};

function run(args: string[]): string {
  try {
    return execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

/** @internal Reads the lines of `ps`; the elapsed time is `[[days-]hours:]minutes:seconds`. */
export function parsePs(text: string, at = Date.now()): Process[] {
  return text.split("\n").flatMap((line) => {
    const [pid, parent, session, elapsed = ""] = line.trim().split(/\s+/);
    const [seconds, minutes, hours = 0, days = 0] = elapsed.split(/[-:]/).reverse().map(Number);
    if (minutes === undefined) return [];
    const age = (((days * 24 + hours) * 60 + minutes) * 60 + seconds!) * 1000;
    return [
      { pid: Number(pid), parent: Number(parent), session: Number(session), start: at - age },
    ];
  });
}

const none: Platform = { now: () => 0, list: () => [], find: () => undefined };

const platform = process.platform === "linux" ? linux : process.platform === "win32" ? none : posix;

/** The time, by the clock that {@link Process.start} counts by. */
export const now = (): number => platform.now();

/**
 * The processes that this process has started, directly or through others, since the time `since`. Detached
 * processes, which lead a session of their own, don't count, nor do those that they started.
 */
export function descendants(since = 0): Process[] {
  const all = platform.list();
  const own = all.find(({ pid }) => pid === process.pid);
  if (!own) return [];
  const ours = new Set([own.pid]);
  // A process whose parent has ended isn't below us any more, but still in the session that we lead.
  const leads = own.session === own.pid;
  const inSession = all
    .filter(({ pid, session }) => session === own.session && pid !== own.pid)
    .sort((a, b) => a.start - b.start || a.pid - b.pid);
  for (let size = 0; size !== ours.size; ) {
    size = ours.size;
    for (const { pid, parent } of inSession) if (leads || ours.has(parent)) ours.add(pid);
  }
  return inSession.filter(({ pid, start }) => ours.has(pid) && start >= since);
}

/** Whether a process still runs; another one may have got its number since. */
export function runs({ pid, start }: Process): boolean {
  const found = platform.find(pid);
  // Elsewhere than on Linux the start is a difference of two clocks.
  return found !== undefined && Math.abs(found.start - start) <= 2000;
}
