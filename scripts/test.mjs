import { performance } from "node:perf_hooks";
import { report, SetupError } from "./setup/error.mjs";
import { setUp } from "./setup/index.mjs";
import { runSuite } from "./test/run-suite.mjs";
import { allSuites } from "./test/suites.mjs";

const usage = `usage: npm test -- [SUITE…] [-- ARGUMENT…]

Sets up what is missing and runs every suite, or those named; what follows -- goes to the suites.
The last line is the sum of all.
`;

async function main() {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(usage);
    return;
  }
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const [names, rest] = [args.slice(0, end), args.slice(end + 1)];
  const context = await setUp({ tests: true });
  const suites = allSuites(context);
  for (const name of names) {
    if (!suites.some((suite) => suite.name === name)) {
      const known = suites.map((suite) => suite.name).join(", ");
      throw new SetupError(`unknown suite: ${name} (expected one of ${known})`);
    }
  }
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  for (const suite of suites) {
    if (names.length > 0 && !names.includes(suite.name)) continue;
    process.stdout.write(`\n== ${suite.name}\n`);
    const start = performance.now();
    const { passed, failed, skipped } = await runSuite(suite, { root: context.root, args: rest });
    const seconds = Math.round((performance.now() - start) / 1000);
    lines.push(
      `${suite.name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)`,
    );
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  process.stdout.write(`\n${lines.join("\n")}\n\n`);
  process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
  if (sum.failed > 0) process.exitCode = 1;
}

main().catch((error) => {
  report(error);
  process.stdout.write("0 passed, 1 failed\n");
  process.exitCode = 1;
});
