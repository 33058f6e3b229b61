import { spawn } from "node:child_process";
import { causeOf, SetupError } from "./error.mjs";
import { recordChild } from "./lock.mjs";

const tailLength = 40;

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/**
 * Runs a program to its end and returns its output on stdout.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.name] The program's name in messages (default: the command).
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env] Variables that are added to this process's environment;
 *   `undefined` removes a variable.
 * @param {(line: string) => void} [options.onLine] Called with every line of the program's output.
 * @returns {Promise<string>}
 * @throws {SetupError} If the program can't be started or fails, with its last lines.
 */
export function run(command, args, { name = command, cwd, env, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    const forget = child.pid === undefined ? () => {} : recordChild(child.pid);
    let stdout = "";
    /** @type {string[]} */
    const tail = [];
    /** @param {import("node:stream").Readable} stream */
    const read = (stream) => {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("data", (/** @type {string} */ text) => {
        if (stream === child.stdout) stdout += text;
        const lines = (rest + text).split(/[\r\n]+/);
        rest = /** @type {string} */ (lines.pop());
        for (const line of lines) take(line);
      });
      stream.on("end", () => take(rest));
    };
    /** @param {string} line */
    const take = (line) => {
      if (line.trim() === "") return;
      tail.push(line);
      if (tail.length > tailLength) tail.shift();
      onLine?.(line);
    };
    read(child.stdout);
    read(child.stderr);
    /** @param {string} reason */
    const fail = (reason) => {
      const detail = tail.join("\n");
      const cause = causeOf(`${detail}\n${reason}`);
      const because = cause ? `: ${cause.message}` : "";
      reject(new SetupError(`${name} ${reason}${because}`, { hint: cause?.hint, detail }));
    };
    child.on("error", (error) => {
      running.delete(child);
      forget();
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code === "ENOENT") {
        reject(
          new SetupError(`${name} could not be started: there is no ${command} on the PATH`, {
            hint: `Install ${command}, or put its folder on the PATH; then run the same command again.`,
          }),
        );
      } else fail(`could not be started (${error.message})`);
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      forget();
      if (code === 0) resolve(stdout);
      else fail(signal ? `was ended by ${signal}` : `failed with exit status ${code}`);
    });
  });
}

const signals = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });

/**
 * Ends this process and every program that it runs on Ctrl-C and similar signals, until the returned
 * function is called. Locks stay behind, and the next run sees that their owner is dead.
 *
 * @returns {() => void}
 */
export function endOnSignals() {
  const undo = Object.entries(signals).map(([signal, status]) => {
    const handler = () => {
      for (const child of running) child.kill("SIGTERM");
      process.stderr.write("\nStopped. Run the same command again to go on.\n");
      process.exit(status);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const off of undo) off();
  };
}
