import { performance } from "node:perf_hooks";
import { report, SetupError } from "../setup/error.mjs";
import { setUp } from "../setup/index.mjs";
import { runSuite } from "../test/run-suite.mjs";
import { allSuites } from "../test/suites.mjs";

const usage = `usage: npm test -- [SUITE…] [-- ARGUMENT…]

Sets up what is missing and runs every suite, or those named; what follows -- goes to the suites.
The last line is the sum of all.
`;

/**
 * `npm test`.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function test(args) {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const sum = { passed: 0, failed: 0, skipped: 0 };
  try {
    await runSuites(args.slice(0, end), args.slice(end + 1), sum);
  } catch (error) {
    report(error);
    sum.failed++;
  }
  process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
  return sum.failed === 0 ? 0 : 1;
}

/**
 * @param {string[]} names Which suites; all, when there are none.
 * @param {string[]} args Passed on to them.
 * @param {import("../test/run-suite.mjs").Sum} sum Is added to.
 */
async function runSuites(names, args, sum) {
  const context = await setUp({ tests: true });
  const suites = allSuites(context);
  for (const name of names) {
    if (!suites.some((suite) => suite.name === name)) {
      const known = suites.map((suite) => suite.name).join(", ");
      throw new SetupError(`unknown suite: ${name} (expected one of ${known})`);
    }
  }
  const lines = [];
  for (const suite of suites) {
    if (names.length > 0 && !names.includes(suite.name)) continue;
    process.stdout.write(`\n== ${suite.name}\n`);
    const start = performance.now();
    const { passed, failed, skipped } = await runSuite(suite, { root: context.root, args });
    const seconds = Math.round((performance.now() - start) / 1000);
    lines.push(
      `${suite.name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)`,
    );
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  process.stdout.write(`\n${lines.join("\n")}\n\n`);
}
