import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const path = fileURLToPath(new URL("../../../scripts/benchmark.py", import.meta.url));

/** The longest wait for an answer, in milliseconds. */
const longest = 10 * 60 * 1000;

/** An answer that is awaited. */
interface Waiting {
  settle: (answer: never) => void;
  reject: (error: Error) => void;
}

/** `scripts/benchmark.py` in a process of its own, which answers each line of JSON with one. */
export class PythonProgram {
  readonly #python: string;
  readonly #child: ChildProcessWithoutNullStreams;
  #waiting: Waiting | undefined;
  #problem = "";

  constructor(python: string) {
    this.#python = python;
    this.#child = spawn(python, [path]);
    this.#child.on("error", (error) => this.#fail(this.#reasonOf(error)));
    // A program that ends early closes its input.
    this.#child.stdin.on("error", () => undefined);
    this.#child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      this.#problem = (this.#problem + chunk).slice(-10_000);
    });
    this.#child.on("close", () => {
      this.#fail(this.#problem.trimEnd().split("\n").at(-1) || "Python ended early");
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#answer(line));
  }

  /** The answer to a question. @throws Error if Python isn't there, or fails */
  async ask<T>(question: object): Promise<T> {
    const timer = setTimeout(() => this.end(), longest);
    try {
      return await new Promise<T>((settle, reject) => {
        this.#waiting = { settle, reject };
        this.#child.stdin.write(`${JSON.stringify(question)}\n`);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }

  #answer(line: string): void {
    const answer = JSON.parse(line) as { failed?: string };
    if (answer.failed !== undefined) this.#fail(answer.failed);
    else this.#waiting?.settle(answer as never);
  }

  #fail(reason: string): void {
    this.#waiting?.reject(new Error(`q.benchmark couldn't run LiteRT: ${reason}`));
  }

  #reasonOf(error: NodeJS.ErrnoException): string {
    if (error.code !== "ENOENT") return error.message;
    return `there is no Python at ${this.#python} (name one, as in { python: "/usr/bin/python3" })`;
  }
}
