import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { codeCells, outputsOf, read, root, run } from "./notebook.mjs";

/** A module of the build that the package doesn't export. @param {string[]} path */
const built = (...path) => import(pathToFileURL(join(root, "dist", ...path)).href);
/** @type {Record<string, unknown[]>} */
const lessons = (await built("exercises", "lessons.js")).lessons;
const { exerciseMimeType } = await built("mimeTypes", "index.js");

/**
 * The state of each exercise that a notebook's outputs show.
 *
 * @param {string} path
 * @returns {Record<string, string>}
 */
function states(path) {
  const verdicts = outputsOf(read(path)).flatMap(
    (/** @type {any} */ { data }) => data?.[exerciseMimeType] ?? [],
  );
  return Object.fromEntries(verdicts.map((/** @type {any} */ { id, state }) => [id, state]));
}

/**
 * The faults in a copy of a lesson's solutions.
 *
 * @param {string} path The notebook.
 * @param {string} copy Its copy, which may hold the solutions of other lessons as well.
 */
function wrong(path, copy) {
  const lesson = basename(path).slice(0, 2);
  const found = states(copy);
  const expected = (lessons[lesson] ?? []).map((_, i) => `${lesson}.${i + 1}`);
  const more = Object.keys(found).filter(
    (id) => id.startsWith(`${lesson}.`) && !expected.includes(id),
  );
  return [
    ...expected
      .filter((id) => found[id] !== "right")
      .map((id) => `${copy}: exercise ${id} is ${found[id] ?? "missing"}`),
    ...more.map((id) => `${copy}: there is no exercise ${id}`),
  ];
}

/**
 * The tests of some notebooks of solutions. They run in one session, since most of a short notebook's time goes into
 * starting a kernel, and each exercise says its own name; `QATLAB_WHOLE=1` gives each notebook a session of its own.
 *
 * @param {string[]} paths The notebooks.
 * @param {string} out Where the executed copies go.
 * @returns {import("./run.mjs").Test[]}
 */
export function solutionsTests(paths, out) {
  const folder = join(out, "solutions");
  const lessons = paths.map((path) => basename(path).slice(0, 2)).join(", ");
  const together = join(folder, `${lessons.replaceAll(", ", "-")}.ipynb`);
  return [
    [
      `the solutions of the lessons ${lessons} run one after the other in one session`,
      async () => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(together, JSON.stringify(joined(paths)));
        const { status, output } = await run(together, "--in-place");
        return status === 0 ? [] : [output];
      },
    ],
    ...paths.map((path) => rightTest(path, together)),
  ];
}

/**
 * That a notebook's solutions are right, each in a session of its own with all seeds.
 *
 * @param {string} path
 * @param {string} out
 * @returns {import("./run.mjs").Test}
 */
export function wholeSolutionsTest(path, out) {
  const folder = join(out, "solutions");
  const [title, check] = rightTest(path, join(folder, basename(path)));
  return [
    title,
    async () => {
      const { status, output } = await run(path, "--out", folder);
      return status === 0 ? check() : [output];
    },
  ];
}

/**
 * That a notebook's solutions are right in an executed copy, and stand so in the committed one, with their outputs.
 *
 * @param {string} path
 * @param {string} executed
 * @returns {import("./run.mjs").Test}
 */
function rightTest(path, executed) {
  const title = `the solutions in ${basename(path)} are right, each exercise's`;
  return [title, () => [executed, path].flatMap((copy) => wrong(path, copy))];
}

/**
 * One notebook with the cells of several. Where one has parameters, a cell behind them asks for two seeds in place of
 * five; the means of these two are near those of all.
 *
 * @param {string[]} paths
 */
function joined(paths) {
  const notebooks = paths.map(read);
  const cells = notebooks.flatMap((notebook) =>
    codeCells(notebook).flatMap((cell) =>
      cell.metadata.tags?.includes("parameters") ? [bare(cell), fewSeeds] : [bare(cell)],
    ),
  );
  return { ...notebooks[0], cells: cells.map((cell, i) => ({ ...cell, id: `cell-${i}` })) };
}

const fewSeeds = {
  cell_type: "code",
  execution_count: null,
  metadata: {},
  outputs: [],
  source: "const seeds = [2, 3];",
};

/** A cell that isn't the notebook's only cell of parameters any more. @param {any} cell */
const bare = (cell) => ({ ...cell, metadata: {} });

/**
 * @param {string[]} names The names of the notebooks of solutions.
 * @returns {import("./run.mjs").Test}
 */
export function solvedTest(names) {
  return [
    "each lesson with exercises has a notebook of solutions",
    () => {
      const [solved, asked] = [names.map((name) => name.slice(0, 2)), Object.keys(lessons)];
      return asked.sort().join() === solved.sort().join()
        ? []
        : [`exercises in ${asked}; solutions of ${solved}`];
    },
  ];
}
