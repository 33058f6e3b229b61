import { performance } from "node:perf_hooks";
import { report, SetupError } from "../setup/error.mjs";
import { setUp } from "../setup/index.mjs";
import { runSuite } from "../test/runSuite.mjs";
import { allSuites } from "../test/suites.mjs";
import { parseArguments } from "./arguments.mjs";

const usage = `usage: npm test -- [SUITE…] [-- ARGUMENT…]

Sets up what is missing and runs every suite, or those named; what follows -- goes to the suites.
At the end stand the suites with their failed tests. The last line is the sum of all.
`;

/**
 * `npm test`.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function test(args) {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const parsed = parseArguments(args.slice(0, end), { usage, options: {}, positionals: true });
  if (!parsed) return 0;
  const sum = { passed: 0, failed: 0, skipped: 0 };
  try {
    await runSuites(parsed.positionals, args.slice(end + 1), sum);
  } catch (error) {
    report(error);
    sum.failed++;
  }
  process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
  return sum.failed === 0 ? 0 : 1;
}

/**
 * @param {string[]} names The suites to run; all suites, if the list is empty.
 * @param {string[]} args Arguments for the suites.
 * @param {import("../test/runSuite.mjs").Sum} sum The suites' counts are added to it.
 */
async function runSuites(names, args, sum) {
  const context = await setUp({ tests: true });
  const suites = allSuites(context);
  for (const name of names) {
    if (!suites.some((suite) => suite.name === name)) {
      const all = suites.map((suite) => suite.name).join(", ");
      throw new SetupError(`unknown suite: ${name} (expected one of ${all})`);
    }
  }
  const lines = [];
  for (const suite of suites) {
    if (names.length > 0 && !names.includes(suite.name)) continue;
    process.stdout.write(`\n== ${suite.name}\n`);
    const start = performance.now();
    const outcome = await runSuite(suite, { root: context.root, args });
    const { passed, failed, skipped, failures } = outcome;
    const seconds = Math.round((performance.now() - start) / 1000);
    lines.push(
      `${suite.name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)`,
      ...failures.map((name) => `  failed: ${name}`),
    );
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  process.stdout.write(`\n${lines.join("\n")}\n\n`);
}
