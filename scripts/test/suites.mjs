import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { venvPython } from "../setup/context.mjs";

/**
 * A suite is a program whose output ends with `N passed, N failed, N skipped`; a check is one whose
 * exit status says whether one test passed.
 *
 * @typedef {object} Suite
 * @property {string} name
 * @property {string[]} command
 * @property {boolean} [check]
 */

/**
 * Every suite: the checks, vitest's projects, and the programs `test/NAME/run.mjs` and `run.py`.
 *
 * @param {import("../setup/context.mjs").Context} context
 * @returns {Suite[]}
 */
export function allSuites(context) {
  const { root } = context;
  const node = process.execPath;
  const bin = (/** @type {string[]} */ ...path) => join(root, "node_modules", ...path);
  const vitest = (/** @type {string} */ project, /** @type {string[]} */ ...options) => [
    ...[node, bin("vitest", "vitest.mjs"), "run", "--project", project, ...options],
    ...["--reporter=default", `--reporter=${join(root, "test", "reporter.mjs")}`],
  ];
  return [
    { name: "types", check: true, command: [node, bin("typescript", "bin", "tsc"), "-p", root] },
    {
      name: "lint",
      check: true,
      command: [node, bin("@biomejs", "biome", "bin", "biome"), "check"],
    },
    { name: "quick", command: vitest("quick*", "--tags-filter=!slow") },
    ...programs(context),
    { name: "thorough", command: vitest("quick*", "--tags-filter=slow") },
    { name: "slow", command: vitest("slow") },
  ];
}

/**
 * @param {import("../setup/context.mjs").Context} context
 * @returns {Suite[]}
 */
function programs(context) {
  const folder = join(context.root, "test");
  const notSuites = ["bench"]; // benchmarks are run by `npm run bench`
  return readdirSync(folder)
    .filter((name) => !notSuites.includes(name))
    .sort()
    .flatMap((name) => {
      const [script, program] = ["run.mjs", "run.py"].map((file) => join(folder, name, file));
      const commands = [
        [process.execPath, script],
        [venvPython(context), program],
      ];
      return commands
        .filter(([, file]) => existsSync(/** @type {string} */ (file)))
        .map((command) => ({ name, command: /** @type {string[]} */ (command) }));
    });
}
