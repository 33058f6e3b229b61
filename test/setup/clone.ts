import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Ended {
  status: number | null;
  /** stdout and stderr, as they came. */
  output: string;
}

export interface Running {
  pid: number;
  /** Sends a signal to the program and all it runs, as a terminal does. */
  signal(name: NodeJS.Signals): void;
  /** Settles when the output matches; rejects when the program ends before. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
  ended: Promise<Ended>;
}

/** A folder that is removed with everything in it by {@link removeAll}. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "qatlab-setup-"));
  folders.push(folder);
  return folder;
}
const folders: string[] = [];

export function removeAll(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A copy of what git knows of the project: nothing is installed in it. */
export function emptyClone(): string {
  const clone = join(temporaryFolder(), "qatlab");
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const files = execFileSync("git", list, { cwd: root, encoding: "utf8" }).split("\0");
  const present = new Set(readdirSync(root));
  for (const file of files.filter(Boolean)) {
    if (!present.has(file.split("/")[0] ?? "")) continue;
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(join(root, file), join(clone, file), { force: true });
  }
  return clone;
}

/** Starts a program; the suite's own settings don't leak into it. */
export function start(
  command: string[],
  { cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv },
): Running {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd,
    detached: true, // a process group of its own
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      VITEST: undefined,
      NODE_OPTIONS: undefined,
      NODE_ENV: undefined,
      ...env,
    },
  });
  let output = "";
  let listeners: (() => void)[] = [];
  const take = (text: string) => {
    output += text;
    for (const listener of listeners) listener();
  };
  child.stdout?.setEncoding("utf8").on("data", take);
  child.stderr?.setEncoding("utf8").on("data", take);
  const ended = once(child, "close").then(([status]) => ({ status, output }));
  return {
    pid: child.pid ?? 0,
    signal: (name) => process.kill(-(child.pid ?? 0), name),
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = output.match(pattern);
          if (match) resolve(match);
        };
        listeners = [...listeners, look];
        look();
        void ended.then(() => reject(new Error(`ended without ${pattern}:\n${output}`)));
      }),
  };
}

/** Runs `qatlab COMMAND` of a clone to its end. */
export function qatlab(
  clone: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; node?: string } = {},
): Promise<Ended> {
  const { env, node = process.execPath } = options;
  return start([node, join("scripts", "qatlab.mjs"), ...args], { cwd: clone, env }).ended;
}

/** A folder for PATH with these programs and no others. */
export function pathWith(programs: string[]): string {
  const folder = temporaryFolder();
  for (const program of programs) {
    const found = execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" });
    symlinkSync(found.trim(), join(folder, program));
  }
  return folder;
}

/** Addresses where nobody answers. */
export const unreachable = {
  PIP_INDEX_URL: "http://127.0.0.1:9/simple",
  PIP_EXTRA_INDEX_URL: "",
  PIP_FIND_LINKS: "",
  PIP_CONFIG_FILE: "/dev/null",
  TFJS_NODE_CDN_STORAGE: "http://127.0.0.1:9/",
};
