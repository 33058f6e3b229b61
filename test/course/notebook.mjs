import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs `qatlab run`, with fewer seeds and epochs.
 *
 * @param {string[]} args
 * @returns {Promise<{ status: number | null, output: string }>} `output`: stdout and stderr.
 */
export async function run(...args) {
  return runWith({}, ...args);
}

/**
 * Runs `qatlab run` as {@link run} does, with more variables in its environment.
 *
 * @param {Record<string, string>} variables
 * @param {string[]} args
 * @returns {Promise<{ status: number | null, output: string }>}
 */
export async function runWith(variables, ...args) {
  const program = join(root, "scripts", "qatlab.mjs");
  const child = spawn(process.execPath, [program, "run", ...args], {
    cwd: root,
    env: { ...process.env, QATLAB_FAST: "1", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const [status] = await once(child, "close");
  return { status, output };
}

/** @param {string} path */
export const read = (path) => JSON.parse(readFileSync(path, "utf8"));

/** @param {any} notebook */
export const outputsOf = (notebook) =>
  notebook.cells.flatMap((/** @type {any} */ cell) => cell.outputs ?? []);

/** @param {any} notebook @returns {any[]} */
export const codeCells = (notebook) =>
  notebook.cells.filter((/** @type {any} */ cell) => cell.cell_type === "code");

/** Text that a notebook may hold in lines. @param {any} value */
export const text = (value) => (Array.isArray(value) ? value.join("") : String(value));
