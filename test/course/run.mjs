/**
 * The course: every lesson runs from top to bottom on our kernel, with fewer seeds and epochs, and
 * its claims hold, and fail where the library is broken; the solutions of its exercises are right; lesson 00 runs on
 * stock tslab too; the committed copies are clean.
 *
 *   node test/course/run.mjs [PART…]      only the notebooks with such a part in their name
 *
 * Notebooks run side by side, one for each core; most of the time a notebook keeps one busy.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { breakTests } from "./breaks.mjs";
import { lessonTests, tslabTest } from "./lesson.mjs";
import { outputsOf, read, root, run, text } from "./notebook.mjs";
import { solutionsTests, solvedTest, wholeSolutionsTest } from "./solutions.mjs";

/**
 * A title, and a check that says what is wrong: nothing, when all is well.
 *
 * @typedef {[title: string, check: () => string[] | Promise<string[]>]} Test
 */

const parts = process.argv.slice(2).filter((argument) => argument !== "--");
const folder = join(root, "notebooks");
const out = mkdtempSync(join(tmpdir(), "qatlab-course-"));
const sum = { passed: 0, failed: 0 };

/** @param {string} path */
const notebooksIn = (path) => readdirSync(path).filter((name) => name.endsWith(".ipynb"));
/** @param {string} name */
const wanted = (name) => parts.length === 0 || parts.some((part) => name.includes(part));

/** @type {Test} */
const failing = [
  "a run with a failing cell or claim exits non-zero and names it",
  async () => {
    const problems = [];
    for (const [name, words] of /** @type {const} */ ([
      ["failing-cell", ["cell 2 failed", "RangeError: too far"]],
      ["failing-claim", ["a claim doesn't hold", "two is at least three"]],
    ])) {
      const path = join(root, "test", "course", `${name}.ipynb`);
      const { status, output } = await run(path, "--out", out);
      if (status !== 1) problems.push(`${name}: exit status ${status}`);
      for (const word of words) {
        if (!output.includes(word)) problems.push(`${name}: doesn't say "${word}":\n${output}`);
      }
    }
    return problems;
  },
];

/** @type {Test} */
const printed = [
  "an error that stock tslab only prints is a failure too",
  async () => {
    const path = join(root, "test", "course", "failing-cell.ipynb");
    const folder = join(out, "printed");
    const { status, output } = await run(path, "--kernel", "tslab", "--out", folder);
    const told = ["cell 2 failed", "RangeError: too far"].every((words) => output.includes(words));
    return status === 1 && told ? [] : [`exit status ${status}:\n${output}`];
  },
];

/** @type {Test} */
const parameters = [
  "-p overrides a parameter of the tagged cell",
  async () => {
    const path = join(root, "test", "course", "parameters.ipynb");
    const { status, output } = await run(path, "-p", "bits=3", "--out", out);
    if (status !== 0) return [output];
    const outputs = outputsOf(read(join(out, "parameters.ipynb")));
    const shown = text(outputs.at(-1)?.data?.["text/plain"]);
    return shown === "8" ? [] : [`2 ** bits shows ${shown} (expected 8)`];
  },
];

/** Runs tests one after the other. @param {Test[]} tests */
async function runInOrder(tests) {
  for (const [title, check] of tests) {
    const start = performance.now();
    const problems = await (async () => check())().catch((error) => [String(error.stack)]);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const good = problems.length === 0;
    if (good) sum.passed++;
    else sum.failed++;
    console.log(`${good ? "✓" : "✗"} ${title} (${seconds} s)`);
    for (const problem of problems) console.log(`    ${problem.replaceAll("\n", "\n    ")}`);
  }
}

const solutions = notebooksIn(join(folder, "solutions"));

/** The tests of the solutions: in two sessions, one for each core, or in one each when all is run whole. */
function solutionsQueue() {
  const paths = solutions.map((name) => join(folder, "solutions", name)).filter(wanted);
  if (process.env.QATLAB_WHOLE === "1") {
    return paths.map((path) => ({ name: path, tests: [wholeSolutionsTest(path, out)] }));
  }
  return [0, 1]
    .map((half) => paths.filter((_, i) => i % 2 === half))
    .filter((some) => some.length > 0)
    .map((some) => ({ name: some.join(), tests: solutionsTests(some, out) }));
}

/** Tests that wait for each other, such as those of a lesson's one run. @type {Test[][]} */
const queue = [
  ...notebooksIn(folder).map((name) => {
    const path = join(folder, name);
    const tests = [...lessonTests(path, out), ...breakTests(path, out)];
    return { name, tests: name.startsWith("00-") ? [...tests, tslabTest(path, out)] : tests };
  }),
  ...solutionsQueue(),
  ...[solvedTest(solutions), failing, printed, parameters].map((test) => ({
    name: "",
    tests: [test],
  })),
]
  .filter(({ name }) => wanted(name))
  .map(({ tests }) => tests);

try {
  const workers = Array.from({ length: Math.min(4, availableParallelism()) }, async () => {
    for (let tests = queue.shift(); tests; tests = queue.shift()) await runInOrder(tests);
  });
  await Promise.all(workers);
} finally {
  rmSync(out, { recursive: true, force: true });
}
console.log(`${sum.passed} passed, ${sum.failed} failed, 0 skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;
