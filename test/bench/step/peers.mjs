import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
const threads = "2";
/** The same two threads for all: each library's own settings, and where there is taskset, two cores. */
const environment = {
  ...process.env,
  TF_CPP_MIN_LOG_LEVEL: "2",
  TF_NUM_INTRAOP_THREADS: threads,
  TF_NUM_INTEROP_THREADS: threads,
  OMP_NUM_THREADS: threads,
  MKL_NUM_THREADS: threads,
};
const cores = process.env.QATLAB_BENCH_CPUS ?? "0,1";

/** What the peers are pinned with: a command and its arguments, none where the system has no taskset. */
export const pin =
  spawnSync("taskset", ["-c", cores, process.execPath, "--version"]).status === 0
    ? ["taskset", "-c", cores]
    : [];

/**
 * The peers by name, as commands.
 *
 * @param {string} python
 * @param {string} start the file that export.mjs wrote
 * @returns {Record<string, string[]>}
 */
export const commands = (python, start) => ({
  qatlab: [process.execPath, here("qatlab.mjs"), "compiled"],
  eager: [process.execPath, here("qatlab.mjs"), "eager"],
  PyTorch: [python, here("step_torch.py"), start],
  observing: [python, here("step_torch.py"), start, "observing"],
  "tf.function": [python, here("step_tensorflow.py"), start],
});

/** A process that stays alive and takes training steps on request: the protocol is peer.py's. */
export class Peer {
  /** @type {((line: string | Error) => void) | undefined} */
  #waiting;
  #errors = "";
  #child;

  /**
   * @param {string} name
   * @param {string[]} command
   */
  constructor(name, command) {
    this.name = name;
    const [program, ...args] = [...pin, ...command];
    this.#child = spawn(program, args, { env: environment });
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#waiting?.(line));
    this.#child.stderr.on("data", (text) => {
      this.#errors += text;
    });
    this.#child.stdin.on("error", () => {}); // told by its end
    this.#child.on("error", (error) => this.#waiting?.(error));
    this.#child.on("close", () => {
      this.#waiting?.(new Error(`${name} ended:\n${this.#errors.trim()}`));
    });
    /** @type {Promise<{ build?: string, skipped?: string }>} */
    this.ready = this.#answer();
  }

  /**
   * @param {string} name of a case
   * @param {number} steps
   * @returns {Promise<{ ms: number, loss: number }>} time of all steps, loss of the last one
   */
  train(name, steps) {
    this.#child.stdin.write(`${JSON.stringify({ name, steps })}\n`);
    return this.#answer();
  }

  end() {
    this.#child.kill();
  }

  /** @returns {Promise<any>} */
  #answer() {
    return new Promise((settle, fail) => {
      this.#waiting = (line) => (line instanceof Error ? fail(line) : settle(JSON.parse(line)));
    });
  }
}
