import { spawn } from "node:child_process";
import { once } from "node:events";

/** @typedef {{ passed: number, failed: number, skipped: number }} Sum */

/**
 * The sum of a suite, with the names of the failed tests as far as the suite printed them.
 *
 * @typedef {Sum & { failures: string[] }} Outcome
 */

/**
 * Runs a suite and shows its output as it comes.
 *
 * @param {import("./suites.mjs").Suite} suite
 * @param {{ root: string, args?: string[], limit?: number }} options `args`: arguments for the suite;
 *   `limit`: the milliseconds after which a suite counts as hanging and is ended (default 25 minutes).
 * @returns {Promise<Outcome>}
 */
export async function runSuite({ name, command, check }, { root, args = [], limit = 25 * 60_000 }) {
  const [program = "", ...rest] = command;
  const child = spawn(program, [...rest, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: "1" }) },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    process.stdout.write(text);
  });
  child.stderr.pipe(process.stderr);
  const timer = setTimeout(() => {
    process.stderr.write(`${name}: ended, since it took more than ${limit / 60_000} minutes\n`);
    child.kill("SIGKILL");
    // Programs that the suite started may live on and hold the pipes open.
    child.stdout.destroy();
    child.stderr.destroy();
  }, limit);
  const status = await once(child, "close").then(
    ([code]) => code,
    (error) => {
      process.stderr.write(`${name}: ${error.message}\n`);
      return 1;
    },
  );
  clearTimeout(timer);
  const good = status === 0;
  if (check) return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0, failures: [] };
  const sum = sumIn(output);
  if (!sum) {
    process.stderr.write(`${name} ended with status ${status} and without a sum\n`);
    return { passed: 0, failed: 1, skipped: 0, failures: failuresIn(output) };
  }
  if (!good && sum.failed === 0) {
    process.stderr.write(`${name} ended with status ${status}\n`);
    sum.failed = 1;
  }
  return { ...sum, failures: sum.failed > 0 ? failuresIn(output) : [] };
}

/**
 * The failed tests that a suite's output names: in lines of vitest's reporter, of Python's unittest, and of
 * the programs `test/NAME/run.mjs`.
 *
 * @param {string} output
 * @returns {string[]}
 * @example
 * failuresIn("✓ one\nfailed: test/a.test.ts > two\nFAIL: test_three (suite.Case)\n") // [ "test/a.test.ts > two", "test_three (suite.Case)" ]
 */
export function failuresIn(output) {
  const lines = output.matchAll(/^(?:failed: |FAIL: |ERROR: |FAILED {2}|✗ )(.+)$/gm);
  return [...new Set(Array.from(lines, ([, name]) => /** @type {string} */ (name)))];
}

/**
 * The last `N passed, N failed, N skipped` in a suite's output.
 *
 * @param {string} output
 * @returns {Sum | undefined}
 * @example
 * sumIn("…\n12 passed, 0 failed, 1 skipped\n") // { passed: 12, failed: 0, skipped: 1 }
 */
export function sumIn(output) {
  const [passed, failed, skipped = 0] =
    [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/gm)]
      .at(-1)
      ?.slice(1)
      .map((count) => Number(count ?? 0)) ?? [];
  if (passed === undefined || failed === undefined) return undefined;
  return { passed, failed, skipped };
}
