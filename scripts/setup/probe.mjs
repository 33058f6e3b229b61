import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./process.mjs";

/**
 * `sessionConfig`: whether the binding has the set-up's patch.
 *
 * @typedef {{ tensorflow: string, tfjs: string, backend: string, threads: number, sessionConfig: boolean }} Facts
 */

/**
 * Loads TensorFlow in a separate process and computes with it.
 *
 * @param {string} nodeModules
 * @returns {Promise<Facts>}
 * @throws {import("./error.mjs").SetupError} If TensorFlow doesn't load, with the loader's message.
 */
export async function probe(nodeModules) {
  const output = await load("probe.cjs", nodeModules, "loading TensorFlow");
  return JSON.parse(output.slice(output.lastIndexOf('{"tensorflow"')));
}

/**
 * Loads the kernels in a separate process and computes with them.
 *
 * @param {string} nodeModules
 * @returns {Promise<string[]>} The sets of instructions that the processor has, the one in use first.
 * @throws {import("./error.mjs").SetupError} If the kernels don't load, or compute wrongly.
 */
export async function probeKernels(nodeModules) {
  const output = await load("probeKernels.cjs", nodeModules, "loading the kernels");
  return JSON.parse(output.slice(output.lastIndexOf("[")));
}

/**
 * @param {string} script
 * @param {string} nodeModules
 * @param {string} name
 */
function load(script, nodeModules, name) {
  const path = join(fileURLToPath(import.meta.url), "..", script);
  return run(process.execPath, ["--no-warnings", path, nodeModules], { name });
}
