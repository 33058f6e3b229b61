import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { Claim } from "../report/index.js";
import { claimsOf } from "./claims.js";
import { type Options, parseOptions } from "./options.js";
import { injectParameters, type Notebook, parseNotebook } from "./parameters.js";
import { type Progress, progressLine } from "./progress.js";

export const usage = `usage: qatlab run NOTEBOOK… [--out DIR | --in-place] [-p name=value]… [--kernel NAME]

Runs notebooks from top to bottom and writes the executed copies. A folder stands for its notebooks.

  --out DIR       where the executed copies go (default: executed/)
  --in-place      write the outputs into the notebooks themselves
  -p name=value   override a value of the cell tagged "parameters" (JSON, or else a string)
  --kernel NAME   run on this kernelspec (default: the one the notebook names)

Exit status: 0 when every cell ran and every claim held, else 1.
QATLAB_FAST=1 in the environment runs the lessons with fewer seeds and epochs.
`;

/** The events of `scripts/execute.py`. */
type Event =
  | { event: "start"; cells: number }
  | { event: "cell"; number: number | null }
  | { event: "error"; number: number; traceback: string[] }
  | { event: "no-kernel"; kernel: string }
  | { event: "missing"; module: string; python: string }
  | { event: "dead" | "done" };

/**
 * `npx qatlab run`: executes notebooks headless and reports every failure before it ends.
 *
 * @param python The Python that has nbclient and sees the kernelspec.
 * @returns The exit status.
 */
export async function run(argv: string[], { python }: { python: string }): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  let options: Options;
  let files: string[];
  try {
    options = parseOptions(argv);
    files = (await Promise.all(options.notebooks.map(notebooksOf))).flat();
  } catch (error) {
    process.stderr.write(`qatlab run: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  let failures = 0;
  for (const file of files) {
    if (!(await runOne(file, options, python))) failures++;
  }
  const good = files.length - failures;
  process.stdout.write(`${good} of ${files.length} notebooks ran as they claim\n`);
  return failures === 0 ? 0 : 1;
}

async function runOne(file: string, options: Options, python: string): Promise<boolean> {
  const name = basename(file, ".ipynb");
  const line = progressLine(name);
  const fail = (message: string): false => {
    line.end("failed");
    const plain = process.stderr.isTTY ? message : stripVTControlCharacters(message);
    process.stderr.write(`${plain}\n`);
    return false;
  };
  let notebook: Notebook;
  try {
    notebook = parseNotebook(await readFile(file, "utf8"));
    notebook = injectParameters(withoutOutputs(notebook), options.parameters);
  } catch (error) {
    return fail(`${file}: ${(error as Error).message}`);
  }
  const target = options.inPlace ? file : join(options.out, `${name}.ipynb`);
  await mkdir(dirname(target), { recursive: true });
  const source = `${target}.source`;
  await writeFile(source, JSON.stringify(notebook));
  const kernel = options.kernel ?? notebook.metadata.kernelspec?.name ?? "qatlab";
  const failure = await execute([source, target, kernel, dirname(resolve(file))], python, line);
  if (failure) return fail(`${file}: ${failure}\n(executed copy: ${target})`);

  const claims = claimsOf(JSON.parse(await readFile(target, "utf8")));
  const broken = claims.filter((claim) => !claim.holds);
  if (broken.length > 0)
    return fail(broken.map((claim) => `${file}: ${describe(claim)}`).join("\n"));
  const count = claims.length === 1 ? "1 claim holds" : `${claims.length} claims hold`;
  line.end(claims.length === 0 ? "ok" : `ok, ${count}`);
  return true;
}

/**
 * Runs a copy of a notebook on this package's kernel, all cells, also after one that fails.
 *
 * @returns the failure in words, if there was one
 * @throws Error if the file is no notebook
 */
export async function runCopy(
  file: string,
  target: string,
  python: string,
): Promise<string | undefined> {
  const notebook = withoutOutputs(parseNotebook(await readFile(file, "utf8")));
  const source = `${target}.source`;
  await writeFile(source, JSON.stringify(notebook));
  const kernel = notebook.metadata.kernelspec?.name === "qatlab-js" ? "qatlab-js" : "qatlab";
  const line = progressLine(basename(file, ".ipynb"), { stream: process.stderr });
  const failure = await execute(
    [source, target, kernel, dirname(resolve(file)), "--go-on"],
    python,
    line,
  );
  line.end(failure ? "failed" : "ok");
  return failure;
}

/**
 * Removes old outputs: if a kernel dropped a cell in silence, an earlier run's output, with its claims,
 * would stand there.
 */
function withoutOutputs(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
  );
  return { ...notebook, cells };
}

/** Runs the Python program. Returns the failure in words, or `undefined` if there was none. */
async function execute(
  args: string[],
  python: string,
  line: Progress,
): Promise<string | undefined> {
  const program = fileURLToPath(new URL("../../scripts/execute.py", import.meta.url));
  const child = spawn(python, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-10_000);
  });
  const ended = new Promise<number | null>((settle, reject) => {
    child.on("error", reject);
    child.on("close", settle);
  });
  ended.catch(() => {}); // it is awaited below, when the program's output has been read
  let failure: string | undefined;
  let done = false;
  for await (const text of createInterface({ input: child.stdout })) {
    const event = JSON.parse(text) as Event;
    if (event.event === "start") line.start(event.cells);
    else if (event.event === "cell") line.at(event.number);
    else if (event.event === "done") done = true;
    else failure = explain(event);
  }
  const status = await ended;
  await rm(args[0]!, { force: true });
  return done ? undefined : (failure ?? `the run ended with status ${status}\n${stderr}`);
}

function explain(event: Exclude<Event, { event: "start" | "cell" | "done" }>): string {
  switch (event.event) {
    case "error":
      return `cell ${event.number} failed\n${event.traceback.join("\n")}`;
    case "no-kernel":
      return `no kernel named ${event.kernel} (run \`npm start\` or \`npx qatlab install --user\` once, or pass --kernel)`;
    case "missing":
      return `${event.python} has no module ${event.module} (install it: ${event.python} -m pip install nbclient)`;
    default:
      return "the kernel died while a cell ran";
  }
}

function describe(claim: Claim): string {
  const range = claim.interval ? ` (interval ${claim.interval.low} to ${claim.interval.high})` : "";
  return `a claim doesn't hold: ${claim.statement}: measured ${claim.measured}${range}, expected ${claim.expected}`;
}

/** The notebook itself, or a folder's notebooks in order. */
async function notebooksOf(path: string): Promise<string[]> {
  const stats = await stat(path).catch(() => {
    throw new Error(`no such notebook: ${path}`);
  });
  if (!stats.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith(".ipynb")).sort();
  if (names.length === 0) throw new Error(`no notebooks in ${path}`);
  return names.map((name) => join(path, name));
}
