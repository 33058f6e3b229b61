/**
 * The claims of lessons with seeds that nobody has looked at: the test of thresholds that were chosen with the lesson's
 * own results in sight. Each `seed: 1` of a lesson becomes `seed: 101`, and its study runs over the seeds 101 to 105;
 * the lessons without a study run five times, with 100, 200, 300, 400 and 500 added. The seeds are written here, before
 * the first run; a claim that fails is widened or reworded, and never tried with other seeds.
 *
 *   node test/course/freshSeeds.mjs [LESSON…]      e.g. 06 11; default: all of them, for about ten minutes
 *
 * Prints each claim with its verdict, and its room: how far the end of the measured interval is from the threshold.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeCells, outputsOf, read, root, runWith, text } from "./notebook.mjs";

/** The numbers that are added to the seeds of a lesson, run by run. @type {Record<string, number[]>} */
const shifts = {
  "02": [100, 200, 300, 400, 500],
  "06": [100],
  "07": [100],
  "08": [100],
  "09": [100],
  11: [100],
  12: [100],
  16: [100],
};
const claimType = "application/vnd.qatlab.claim+json";
const order = (/** @type {string} */ a, /** @type {string} */ b) => Number(a) - Number(b);
const wanted = process.argv.slice(2);
const out = mkdtempSync(join(tmpdir(), "qatlab-fresh-"));
let failed = 0;

/** A lesson's copy whose seeds are shifted, and the seeds of its study. @param {string} file @param {number} shift */
function shifted(file, shift) {
  const notebook = read(join(root, "notebooks", file));
  for (const cell of codeCells(notebook)) {
    cell.source = text(cell.source)
      .replace(/\bseed: (\d+)/g, (_, seed) => `seed: ${Number(seed) + shift}`)
      .replace(/\btrained\(1\)/g, `trained(${1 + shift})`);
  }
  const path = join(out, `${file.slice(0, 2)}-${shift}.ipynb`);
  writeFileSync(path, JSON.stringify(notebook));
  const study = codeCells(notebook).some((cell) => /^const seeds =/m.test(cell.source));
  const seeds = [1, 2, 3, 4, 5].map((seed) => seed + shift);
  return { path, parameters: study ? ["-p", `seeds=${JSON.stringify(seeds)}`] : [] };
}

try {
  for (const lesson of Object.keys(shifts).sort(order)) {
    if (wanted.length > 0 && !wanted.includes(lesson)) continue;
    const file = readdirSync(join(root, "notebooks")).find((name) => name.startsWith(`${lesson}-`));
    for (const shift of shifts[lesson] ?? []) {
      const { path, parameters } = shifted(String(file), shift);
      const folder = join(out, "executed");
      const { output } = await runWith({ QATLAB_FAST: "" }, path, ...parameters, "--out", folder);
      const copy = read(join(folder, `${lesson}-${shift}.ipynb`));
      const claims = outputsOf(copy).flatMap(
        (/** @type {any} */ { data }) => data?.[claimType] ?? [],
      );
      if (claims.length === 0) throw new Error(output);
      for (const { statement, measured, interval, unit, expected, holds } of claims) {
        if (!holds) failed++;
        const range = interval
          ? ` (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`
          : "";
        console.log(`${holds ? "✓" : "✗"} ${lesson} +${shift} ${statement}`);
        console.log(`    ${measured.toFixed(4)}${range} ${unit}, expected ${expected}`);
      }
    }
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
console.log(`${failed} claims don't hold`);
process.exitCode = failed === 0 ? 0 : 1;
