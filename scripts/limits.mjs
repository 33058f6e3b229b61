/**
 * Draws the tables of docs/limits.md: `npm run limits`. test/layers/walk.slow.test.ts writes and checks the data of the
 * first, test/layers/limits.json, and test/layers/techniques.slow.test.ts those of the second, techniques.json.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * @typedef {{ float: string, prepared: string, quantized: string }} Outcome
 * @typedef {{
 *   layers: Record<string, { tried: number, refused: Record<string, Outcome> }>,
 * }} Limits
 */

/**
 * @typedef {"right" | { leaves: string[] } | { refused: string }} Fact
 * @typedef {Record<string, Record<string, Fact>>} Facts By the kind of model, then by the technique.
 */

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(join(root, "test", "layers", name), "utf8"));

/** @returns {Limits} */
export const readLimits = () => read("limits.json");

/** @returns {Facts} */
export const readFacts = () => read("techniques.json");

/**
 * The table: a row for each family of layers.
 *
 * @param {Limits} limits
 * @returns {string}
 */
export function table({ layers }) {
  const rows = Object.entries(layers).map(([family, { tried, refused }]) => {
    const [float, prepared, quantized] = /** @type {(keyof Outcome)[]} */ ([
      ...["float", "prepared", "quantized"],
    ]).map((way) => allBut(refused, way));
    const after = (/** @type {string} */ names, /** @type {string} */ before) =>
      names === before && names !== "✓" ? "the same" : names;
    return `| ${family} | ${tried} | ${float} | ${after(prepared, float)} | ${after(quantized, prepared)} |`;
  });
  return [
    "| Layers | Options tried | `q.fit` trains | `q.prepare` and `q.fit` train | `q.quantize` takes |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

/**
 * @param {Record<string, Outcome>} refused
 * @param {keyof Outcome} way
 */
function allBut(refused, way) {
  const names = Object.entries(refused).filter(
    ([, outcome]) => !["trains", "quantizes"].includes(outcome[way]),
  );
  return names.length === 0 ? "✓" : `all but ${names.map(([name]) => `\`${name}\``).join(", ")}`;
}

/** The techniques and the other functions that were tried, in the order in which they are used. */
const functions = [
  ...[
    "q.prepare",
    "q.quantize",
    "q.ptq.dynamic",
    "q.ptq.equalize",
    "q.ptq.smoothQuant",
    "q.ptq.rotate",
  ],
  ...["q.ptq.gptq", "q.ptq.adaround", "q.ptq.biasCorrection", "q.ptq.best", "q.compression.prune"],
  ...["q.compression.cluster", "q.compression.distillation", "q.qat.trackOscillation"],
  ...["q.analysis.layers", "q.analysis.churn", "q.analysis.cost", "q.analysis.sensitivity"],
  ...["q.analysis.hessianTrace", "q.analysis.mixedPrecision", "q.export.savedModel"],
];

/**
 * The table of techniques: a column for each technique that doesn't treat all layers of all kinds of models, a row for
 * the kinds that have the same entries; a sentence names the other functions.
 *
 * @param {Facts} facts
 * @returns {string}
 */
export function techniquesTable(facts) {
  const kinds = Object.entries(facts);
  const tried = new Set(kinds.flatMap(([, kind]) => Object.keys(kind)));
  const names = functions.filter((path) => tried.has(lastOf(path)));
  if (names.length < tried.size)
    throw new Error(`scripts/limits.mjs doesn't list all of ${[...tried]}`);
  const treatsAll = (/** @type {string} */ path) =>
    kinds.every(([, kind]) => kind[lastOf(path)] === "right");
  const columns = names.filter((path) => !treatsAll(path)).map(lastOf);
  const others = names.filter(treatsAll).map((path) => `\`${path}\``);
  /** @type {Map<string, string[]>} */
  const rows = new Map();
  for (const [name, kind] of kinds) {
    const entries = columns.map((column) => entry(kind[column])).join(" | ");
    rows.set(entries, [...(rows.get(entries) ?? []), name]);
  }
  return [
    `| Models | ${columns.map((name) => `\`${name}\``).join(" | ")} |`,
    `|---|${columns.map(() => "---|").join("")}`,
    ...[...rows].map(([entries, models]) => `| ${models.join("; ")} | ${entries} |`),
    "",
    `All of these models go through ${others.slice(0, -1).join(", ")} and ${others.at(-1)} with all of their kernels.`,
  ].join("\n");
}

/** @param {string} path */
const lastOf = (path) => /** @type {string} */ (path.split(".").at(-1));

/** @param {Fact | undefined} fact */
function entry(fact) {
  if (fact === undefined) throw new Error("a fact is missing in test/layers/techniques.json");
  if (fact === "right") return "✓";
  return "refused" in fact ? "refused" : `not ${fact.leaves.join(", ")}`;
}

/**
 * @param {string} page
 * @param {"limits" | "techniques"} name The name of the table.
 * @param {string} text The table.
 */
export function withTable(page, name, text) {
  const [begin, end] = [`<!-- ${name}: made by npm run limits -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`docs/limits.md has no ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

/**
 * A page with both tables.
 *
 * @param {string} page
 */
export function withTables(page) {
  return withTable(
    withTable(page, "limits", table(readLimits())),
    "techniques",
    techniquesTable(readFacts()),
  );
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(root, "docs", "limits.md");
  writeFileSync(file, withTables(readFileSync(file, "utf8")));
}
