import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { codeCells, outputsOf, read, root, run } from "./notebook.mjs";

/** A module of the build that the package doesn't export. @param {string} name */
const built = (name) => import(pathToFileURL(join(root, "dist", "exercises", name)).href);
/** @type {Record<string, unknown[]>} */
const lessons = (await built("lessons.js")).lessons;
const { exerciseMimeType } = await built("verdict.js");

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

/** The faults in a copy of a lesson's solutions. @param {string} path */
function wrong(path) {
  const lesson = basename(path).slice(0, 2);
  const found = states(path);
  const expected = (lessons[lesson] ?? []).map((_, i) => `${lesson}.${i + 1}`);
  const more = Object.keys(found).filter((id) => !expected.includes(id));
  return [
    ...expected
      .filter((id) => found[id] !== "right")
      .map((id) => `${path}: exercise ${id} is ${found[id] ?? "missing"}`),
    ...more.map((id) => `${path}: there is no exercise ${id}`),
  ];
}

/**
 * The arguments for two seeds in place of a notebook's five, where it has parameters; the means of these two are near
 * those of all. `QATLAB_WHOLE=1` runs all five.
 *
 * @param {string} path
 */
function seedsOf(path) {
  const cells = codeCells(read(path));
  const takes = cells.some(({ metadata }) => metadata.tags?.includes("parameters"));
  return takes && process.env.QATLAB_WHOLE !== "1" ? ["-p", "seeds=[2, 3]"] : [];
}

/**
 * @param {string} path A notebook of solutions.
 * @param {string} out Where the executed copy goes.
 * @returns {import("./run.mjs").Test}
 */
export function solutionsTest(path, out) {
  const folder = join(out, "solutions");
  const name = basename(path);
  return [
    `the solutions in ${name} are right, each exercise's`,
    async () => {
      const { status, output } = await run(path, ...seedsOf(path), "--out", folder);
      if (status !== 0) return [output];
      // And so they stand in the committed copy, with their outputs.
      return [join(folder, name), path].flatMap(wrong);
    },
  ];
}

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
