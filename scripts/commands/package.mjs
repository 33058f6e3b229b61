import { spawnSync } from "node:child_process";
import { setUp } from "../setup/index.mjs";

/**
 * `npm run package`: npm's own `npm pack`, after the build. (With `ignore-scripts` npm runs no
 * `prepack`.)
 *
 * @param {string[]} args Arguments for `npm pack`, e.g. `--pack-destination DIR`.
 * @returns {Promise<number>} The exit status.
 */
export async function packUp(args) {
  const { root } = await setUp({ retry: false });
  return spawnSync("npm", ["pack", ...args], { cwd: root, stdio: "inherit" }).status ?? 1;
}
