/**
 * The course: every lesson runs from top to bottom on our kernel, with fewer seeds and epochs, and
 * its claims hold; lesson 00 runs on stock tslab too; the committed copies are clean.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "notebooks");
const lessons = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const out = mkdtempSync(join(tmpdir(), "qatlab-course-"));
let passed = 0;
let failed = 0;

/** @param {string} title @param {() => string[]} check what is wrong, nothing when all is well */
function test(title, check) {
  const problems = check();
  if (problems.length === 0) passed++;
  else failed++;
  console.log(`${problems.length === 0 ? "✓" : "✗"} ${title}`);
  for (const problem of problems) console.log(`    ${problem.replaceAll("\n", "\n    ")}`);
}

/** @param {string[]} args */
function run(...args) {
  const program = join(root, "scripts", "qatlab.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "run", ...args], {
    cwd: root,
    env: { ...process.env, QATLAB_FAST: "1" },
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

/** @param {string} path */
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
/** @param {any} notebook */
const outputsOf = (notebook) => notebook.cells.flatMap((/** @type {any} */ c) => c.outputs ?? []);
/** @param {any} value */
const text = (value) => (Array.isArray(value) ? value.join("") : String(value));

for (const lesson of lessons) {
  test(`${lesson} runs on our kernel and its claims hold`, () => {
    const { status, output } = run(join(folder, lesson), "--out", out);
    return status === 0 ? [] : [output];
  });

  test(`${lesson} draws its figures with a static image and a text alternative`, () => {
    const figures = outputsOf(read(join(out, lesson))).filter(
      (/** @type {any} */ output) => output.data?.["application/vnd.plotly.v1+json"],
    );
    const bare = figures.filter(
      (/** @type {any} */ { data }) =>
        !text(data["image/svg+xml"] ?? "").includes("<svg") || text(data["text/plain"]).length < 20,
    );
    if (figures.length === 0) return ["no figure at all"];
    return bare.length === 0 ? [] : [`${bare.length} of ${figures.length} figures lack one`];
  });

  test(`${lesson} is committed with outputs, clean, below 250 KB`, () => {
    const problems = [];
    const path = join(folder, lesson);
    const source = readFileSync(path, "utf8");
    const { cells, metadata } = JSON.parse(source);
    const code = cells.filter(
      (/** @type {any} */ cell) => cell.cell_type === "code" && text(cell.source).trim() !== "",
    );
    code.forEach((/** @type {any} */ cell, /** @type {number} */ i) => {
      if (cell.execution_count !== i + 1)
        problems.push(`cell ${i + 1} has count ${cell.execution_count}`);
      if (cell.metadata.execution) problems.push(`cell ${i + 1} has timestamps`);
      for (const { output_type, name } of cell.outputs) {
        if (output_type === "error") problems.push(`cell ${i + 1} holds an error`);
        if (name === "stderr") problems.push(`cell ${i + 1} holds stderr output`);
      }
      if (text(cell.source).split("\n").length > 15)
        problems.push(`cell ${i + 1} is longer than 15 lines`);
    });
    if (metadata.kernelspec?.name !== "qatlab") problems.push("its kernel isn't qatlab");
    if (source.includes(root.replace(/\/$/, ""))) problems.push("it holds a path of this machine");
    if (statSync(path).size > 250_000) problems.push(`it has ${statSync(path).size} bytes`);
    return problems;
  });
}

const setup = "00-check-your-setup.ipynb";
test(`${setup} runs on the stock tslab kernel`, () => {
  const { status, output } = run(
    join(folder, setup),
    "--kernel",
    "tslab",
    "--out",
    join(out, "tslab"),
  );
  if (status !== 0) return [output];
  // tslab can drop cells without a word: each must have come to its end.
  const silent = read(join(out, "tslab", setup)).cells.filter(
    (/** @type {any} */ c) => c.cell_type === "code" && c.outputs.length === 0,
  );
  const ours = read(join(out, setup)).cells.filter(
    (/** @type {any} */ c) => c.cell_type === "code" && c.outputs.length === 0,
  );
  return silent.length <= ours.length
    ? []
    : [`${silent.length} cells show nothing, ${ours.length} on ours`];
});

test("a run with a failing cell or claim exits non-zero and names it", () => {
  const problems = [];
  for (const [name, words] of /** @type {const} */ ([
    ["failing-cell", ["cell 2 failed", "RangeError: too far"]],
    ["failing-claim", ["a claim doesn't hold", "two is at least three"]],
  ])) {
    const { status, output } = run(join(root, "test", "course", `${name}.ipynb`), "--out", out);
    if (status !== 1) problems.push(`${name}: exit status ${status}`);
    for (const word of words) {
      if (!output.includes(word)) problems.push(`${name}: doesn't say "${word}":\n${output}`);
    }
  }
  return problems;
});

test("-p overrides a parameter of the tagged cell", () => {
  const path = join(root, "test", "course", "parameters.ipynb");
  const { status, output } = run(path, "-p", "bits=3", "--out", out);
  if (status !== 0) return [output];
  const outputs = outputsOf(read(join(out, "parameters.ipynb")));
  const shown = text(outputs.at(-1)?.data?.["text/plain"]);
  return shown === "8" ? [] : [`2 ** bits shows ${shown} (expected 8)`];
});

rmSync(out, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
