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

/** The command that pins the peers, with its arguments; empty if the system has no taskset. */
export const pin =
  spawnSync("taskset", ["-c", cores, process.execPath, "--version"]).status === 0
    ? ["taskset", "-c", cores]
    : [];

/**
 * @typedef {{ net: string, qat: boolean, estimator?: string, title: string }} Case
 * @typedef {{ name: string, command: string[], takes: (options: Case) => boolean }} Start
 */

/**
 * How the peers are started, and which cases they take.
 *
 * @param {string} python
 * @param {string} file the file that export.mjs wrote
 * @returns {Start[]}
 */
export function starts(python, file) {
  const [qatlab, pytorch, tensorflow] = ["qatlab.mjs", "step_torch.py", "step_tensorflow.py"].map(
    here,
  );
  /** @type {Start["takes"]} */
  const ours = () => true;
  /** @type {Start["takes"]} */
  const images = ({ net }) => net === "mnist" || net === "digits";
  /** @type {Start["takes"]} */
  const theirs = (options) => images(options) || (options.net === "lstm" && !options.qat);
  return [
    { name: "qatlab", command: [process.execPath, qatlab, "compiled"], takes: ours },
    { name: "eager", command: [process.execPath, qatlab, "eager"], takes: ours },
    { name: "PyTorch", command: [python, pytorch, file], takes: theirs },
    { name: "channels_last", command: [python, pytorch, file, "channels_last"], takes: images },
    {
      name: "observing",
      command: [python, pytorch, file, "observing"],
      takes: (options) => theirs(options) && options.qat && !options.estimator,
    },
    { name: "tf.function", command: [python, tensorflow, file], takes: theirs },
  ];
}

/** A process that stays alive and takes training steps on request: the protocol is peer.py's. */
export class Peer {
  /** @type {((line: string | Error) => void) | undefined} */
  #waiting;
  #errors = "";
  #child;

  /** @param {Start} start */
  constructor({ name, command, takes }) {
    this.name = name;
    this.takes = takes;
    const [program, ...args] = [...pin, ...command];
    this.#child = spawn(program, args, { env: environment });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      // A slow machine's progress is no answer.
      if (line.startsWith("{")) this.#waiting?.(line);
    });
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
   * @param {string} name the name of a case
   * @param {number} steps
   * @returns {Promise<{ ms: number, loss: number }>} time of all steps, loss of the last one
   */
  train(name, steps) {
    this.#child.stdin.write(`${JSON.stringify({ name, steps })}\n`);
    return this.#answer();
  }

  /**
   * How many operations a step has, or bytes for a copy; our own compiled peer knows it.
   *
   * @param {string} name the name of a case
   * @returns {Promise<number>}
   */
  async operations(name) {
    this.#child.stdin.write(`${JSON.stringify({ name, steps: 0 })}\n`);
    return (await this.#answer()).operations;
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
