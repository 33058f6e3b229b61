import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type HandedIn, handedIn } from "./grade/files.js";
import { type Finding, failure, notebookFindings } from "./grade/notebook.js";
import { csvOf, type GradeRow } from "./grade/rows.js";
import { sheetFindings } from "./grade/sheet.js";
import { runCopy } from "./run.js";

export const usage = `usage: qatlab grade FOLDER [--run]

Collects the checks of exercises from notebooks and signed sheets, one folder a student, and prints them as CSV: a row for
each student and exercise; a file that can't be read is a row with its error.

  --run   run each notebook anew, and take the verdicts of that run. It runs what students wrote, on this machine and
          with your rights: do it where nothing is to be lost. Without it nothing is run; a saved notebook's verdicts are
          what its outputs say, and outputs can be edited.

Exit status: 0 when every file could be read, else 1.
`;

/**
 * `npx qatlab grade`: collects the checks of a class as CSV.
 *
 * @param python The Python that runs notebooks.
 * @returns The exit status.
 */
export async function grade(argv: string[], { python }: { python: string }): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  let folder: string;
  let runs: boolean;
  let files: HandedIn[];
  try {
    const options = { run: { type: "boolean", default: false } } as const;
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
    if (positionals.length !== 1) {
      throw new Error(`${positionals.length || "no"} folders named (expected one)`);
    }
    folder = resolve(positionals[0]!);
    runs = values.run;
    files = await handedIn(folder).catch(() => {
      throw new Error(`no such folder: ${positionals[0]}`);
    });
  } catch (error) {
    process.stderr.write(`qatlab grade: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const rows: GradeRow[] = [];
  const keys = new Map<string, string>();
  for (const file of files) {
    const findings = await findingsIn(file, { runs, python, keys });
    rows.push(...findings.map((row) => ({ student: file.student, file: file.name, ...row })));
  }
  process.stdout.write(csvOf(rows));
  const students = new Set(files.map(({ student }) => student)).size;
  const right = rows.filter(({ state }) => state === "right").length;
  const errors = rows.filter(({ state }) => state === "error").length;
  process.stderr.write(
    `${students} students, ${files.length} files, ${right} right answers, ${errors} errors\n`,
  );
  return errors === 0 ? 0 : 1;
}

async function findingsIn(
  { path, student }: HandedIn,
  { runs, python, keys }: { runs: boolean; python: string; keys: Map<string, string> },
): Promise<Finding[]> {
  try {
    const text = await readFile(path, "utf8");
    if (/\.ipynb$/i.test(path)) {
      return runs ? await ran(path, python) : notebookFindings(text, "outputs");
    }
    const { name, key, rows } = sheetFindings(text);
    const other = keys.get(key);
    if (other === undefined) keys.set(key, student);
    const same = other !== undefined && other !== student;
    const shared = same ? `signed by the same computer as the sheet of ${other}` : "";
    const said = [`sheet of ${name}`, shared].filter(Boolean).join("; ");
    return rows.map((row) => ({ ...row, remark: [row.remark, said].filter(Boolean).join("; ") }));
  } catch (error) {
    return [failure((error as Error).message.split("\n")[0]!)];
  }
}

/** Runs a copy of a notebook, all cells also after one that fails, and takes the verdicts of that run. */
async function ran(path: string, python: string): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), "qatlab-grade-"));
  try {
    const copy = join(folder, basename(path));
    const fault = await runCopy(path, copy, python);
    const findings = notebookFindings(await readFile(copy, "utf8"), "run");
    const told = findings.some(({ state }) => state === "error");
    return fault && !told ? [...findings, failure(fault)] : findings;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
