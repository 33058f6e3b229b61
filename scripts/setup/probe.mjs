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
  const script = join(fileURLToPath(import.meta.url), "..", "probe.cjs");
  const output = await run(process.execPath, ["--no-warnings", script, nodeModules], {
    name: "loading TensorFlow",
  });
  return JSON.parse(output.slice(output.lastIndexOf('{"tensorflow"')));
}
