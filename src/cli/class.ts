import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { slidesCopy, studentCopy } from "./classroom/copies.js";
import { factsOf, type LessonFacts } from "./classroom/facts.js";
import { nbgraderConfig, nbgraderCopy } from "./classroom/nbgrader.js";
import { classReadme, planOf } from "./classroom/plan.js";
import { type Notebook, parseNotebook } from "./parameters.js";

export const usage = `usage: qatlab class FOLDER [--lessons 01-06,08]

Makes a folder for a class: the lessons without outputs and solutions, a plan with minutes and objectives, slides, and a
course for nbgrader.

  --lessons LIST   numbers and ranges of numbers (default: all)
`;

/**
 * `npx qatlab class`: makes a folder for a class.
 *
 * @returns The exit status: 0, 1 after an error, 2 for a wrong call.
 */
export async function makeClass(argv: string[]): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  let folder: string;
  let list: string | undefined;
  try {
    const options = { lessons: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
    if (positionals.length !== 1) {
      throw new Error(`${positionals.length || "no"} folders named (expected one)`);
    }
    folder = resolve(positionals[0]!);
    list = values.lessons;
  } catch (error) {
    process.stderr.write(`qatlab class: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const lessons = await writeClass(folder, list);
    const minutes = lessons.reduce((sum, l) => sum + l.minutes.reading + l.minutes.exercises, 0);
    process.stdout.write(
      `${folder}: ${lessons.length} lessons, about ${Math.round(minutes / 60)} hours (README.md says what is where)\n`,
    );
    return 0;
  } catch (error) {
    process.stderr.write(`qatlab class: ${(error as Error).message}\n`);
    return 1;
  }
}

/** Writes the folder of a class; nothing is written if it exists and isn't empty. */
async function writeClass(folder: string, list: string | undefined): Promise<LessonFacts[]> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const files = await lessonFiles(join(root, "notebooks"), list);
  if (existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new Error(`${folder} isn't empty (choose another folder)`);
  }
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const facts: LessonFacts[] = [];
  for (const file of files) {
    const notebook = parseNotebook(await readFile(file, "utf8"));
    const name = basename(file, ".ipynb");
    const student = studentCopy(notebook);
    facts.push(factsOf(notebook));
    await writeNotebook(join(folder, "lessons", `${name}.ipynb`), student);
    await writeNotebook(join(folder, "slides", `${name}.ipynb`), slidesCopy(notebook));
    if (facts.at(-1)!.exercises > 0) {
      const source = join(folder, "nbgrader", "source", name, `${name}.ipynb`);
      await writeNotebook(source, nbgraderCopy(student));
    }
  }
  await write(join(folder, "plan.md"), planOf(facts));
  await write(join(folder, "README.md"), classReadme(facts, version));
  await write(join(folder, "nbgrader", "nbgrader_config.py"), nbgraderConfig);
  return facts;
}

async function lessonFiles(notebooks: string, list: string | undefined): Promise<string[]> {
  if (!existsSync(notebooks)) {
    throw new Error("the lessons lie in a clone of qatlab, not in the package (call it there)");
  }
  const names = (await readdir(notebooks)).filter((name) => /^\d\d-.*\.ipynb$/.test(name)).sort();
  const numbers = names.map((name) => name.slice(0, 2));
  const wanted =
    list === undefined ? numbers : list.split(",").flatMap((part) => range(part, numbers));
  return names
    .filter((name) => wanted.includes(name.slice(0, 2)))
    .map((name) => join(notebooks, name));
}

/** The lessons of `01-06` or `08`. */
function range(part: string, numbers: readonly string[]): string[] {
  const [, from, to = from] = /^\s*(\d\d)(?:-(\d\d))?\s*$/.exec(part) ?? [];
  const found = from ? numbers.filter((number) => number >= from && number <= to!) : [];
  if (found.length > 0) return found;
  const expected = `numbers from ${numbers[0]} to ${numbers.at(-1)}, as in --lessons 01-06,08`;
  throw new Error(`invalid lessons: ${part} (expected ${expected})`);
}

async function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  await write(path, `${JSON.stringify(notebook, null, 1)}\n`);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
