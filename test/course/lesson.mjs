import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { codeCells, outputsOf, read, root, run, text } from "./notebook.mjs";

/**
 * The parts of a lesson that are tested, in this order.
 *
 * @param {string} path
 * @param {string} out Where the executed copy goes.
 * @returns {import("./run.mjs").Test[]}
 */
export function lessonTests(path, out) {
  const name = basename(path);
  return [
    [`${name} runs on our kernel and its claims hold`, () => runs(path, out)],
    [
      `${name} draws its figures with a static image and a text alternative`,
      () => drawsFigures(join(out, name)),
    ],
    [`${name} is committed with outputs, clean, below 250 KB`, () => isClean(path)],
  ];
}

/** @param {string} path @param {string} out */
async function runs(path, out) {
  const { status, output } = await run(path, "--out", out);
  return status === 0 ? [] : [output];
}

/** @param {string} path */
function drawsFigures(path) {
  const figures = outputsOf(read(path)).filter(
    (/** @type {any} */ output) => output.data?.["application/vnd.plotly.v1+json"],
  );
  const bare = figures.filter(
    (/** @type {any} */ { data }) =>
      !text(data["image/svg+xml"] ?? "").includes("<svg") || text(data["text/plain"]).length < 20,
  );
  if (figures.length === 0) return ["no figure at all"];
  return bare.length === 0 ? [] : [`${bare.length} of ${figures.length} figures lack one`];
}

/** @param {string} path */
function isClean(path) {
  const problems = [];
  const source = readFileSync(path, "utf8");
  const notebook = JSON.parse(source);
  const code = codeCells(notebook).filter((cell) => text(cell.source).trim() !== "");
  code.forEach((cell, i) => {
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
  if (notebook.metadata.kernelspec?.name !== "qatlab") problems.push("its kernel isn't qatlab");
  if (source.includes(root.replace(/\/$/, ""))) problems.push("it holds a path of this machine");
  if (statSync(path).size > 250_000) problems.push(`it has ${statSync(path).size} bytes`);
  return problems;
}

/**
 * That a lesson runs on stock tslab, once it has run on our kernel.
 *
 * @param {string} path
 * @param {string} out
 * @returns {import("./run.mjs").Test}
 */
export function tslabTest(path, out) {
  const name = basename(path);
  const silent = (/** @type {string} */ copy) =>
    codeCells(read(copy)).filter(({ outputs }) => outputs.length === 0).length;
  return [
    `${name} runs on the stock tslab kernel`,
    async () => {
      const folder = join(out, "tslab");
      const { status, output } = await run(path, "--kernel", "tslab", "--out", folder);
      if (status !== 0) return [output];
      // tslab can drop cells without a word: each must have come to its end.
      const there = silent(join(folder, name));
      const here = silent(join(out, name));
      return there <= here ? [] : [`${there} cells show nothing, ${here} on ours`];
    },
  ];
}
