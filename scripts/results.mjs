/**
 * Writes the results that the lessons recorded: `npm run results`. All claims go to docs/results.md, the table of lesson
 * 06 and one claim of each lesson to the README. The numbers come from the outputs of the committed notebooks.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const claimType = "application/vnd.qatlab.claim+json";

/**
 * @typedef {{ statement: string, measured: number, interval: { low: number, high: number } | null, unit: string,
 *   expected: string, holds: boolean }} Claim
 * @typedef {{ number: string, title: string, file: string, outputs: any[], claims: Claim[] }} Lesson
 */

/** @param {string | string[]} source */
const text = (source) => (Array.isArray(source) ? source.join("") : (source ?? ""));

/** The lessons with the outputs that they were committed with. @returns {Lesson[]} */
export function readLessons() {
  const folder = join(root, "notebooks");
  const files = readdirSync(folder).filter((name) => /^\d\d-.*\.ipynb$/.test(name));
  return files.sort().map((file) => {
    const { cells } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const [, number = "", title = ""] = /^# (\d\d) · (.+)$/m.exec(text(cells[0].source)) ?? [];
    const outputs = cells.flatMap((/** @type {any} */ cell) => cell.outputs ?? []);
    const claims = outputs.flatMap((/** @type {any} */ { data }) => data?.[claimType] ?? []);
    return { number, title, file, outputs, claims };
  });
}

/**
 * A number in as many digits as its interval tells: two of the interval's half length.
 *
 * @param {number} value
 * @param {number} reach
 */
function digitsFor(value, reach) {
  const size = reach > 0 ? reach / 10 : Math.abs(value) / 1000;
  return size > 0 ? Math.min(6, Math.max(0, Math.ceil(-Math.log10(size)))) : 0;
}

/** @param {Claim} claim */
export function measuredText({ measured, interval, unit }) {
  const reach = interval ? (interval.high - interval.low) / 2 : 0;
  if (measured !== 0 && Math.abs(measured) < 1e-3 && !reach) {
    return `${measured.toExponential(1).replace("-", "−")}${unit && ` ${unit}`}`;
  }
  const digits = digitsFor(measured, reach);
  const write = (/** @type {number} */ value) => {
    const written = value.toFixed(digits);
    return written.replace("-", Number(written) === 0 ? "" : "−");
  };
  const range = interval ? ` (${write(interval.low)} to ${write(interval.high)})` : "";
  return `${write(measured)}${range}${unit && ` ${unit}`}`;
}

/** @param {string} cell */
const cellOf = (cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The page of all claims. @param {Lesson[]} lessons */
export function resultsPage(lessons) {
  const sections = lessons
    .filter(({ claims }) => claims.length > 0)
    .map(({ number, title, file, claims }) => {
      const rows = claims.map((claim) => {
        const cells = [claim.statement, measuredText(claim), claim.expected].map(cellOf);
        return `| ${claim.holds ? "✓" : "✗"} | ${cells.join(" | ")} |`;
      });
      return `## [${number} · ${title}](../notebooks/${file})\n\n| | Claim | Measured | Expected |\n|---|---|---|---|\n${rows.join("\n")}`;
    });
  const all = lessons.flatMap(({ claims }) => claims);
  const held = all.filter(({ holds }) => holds).length;
  return `# What the lessons measured

${held} of ${all.length} claims hold. In brackets stand 95 % intervals over the lessons' seeds, which were fixed beforehand. \`npm run results\`
takes this page out of the outputs of the committed notebooks; \`npm run course\` measures all of it anew, on your machine, where other
processors round otherwise and the digits differ.

${sections.join("\n\n")}
`;
}

/**
 * The table of means with intervals that lesson 06 shows, in Markdown.
 *
 * @param {Lesson[]} lessons
 */
export function recoveryTable(lessons) {
  const lesson = lessons.find(({ number }) => number === "06");
  const tables = (lesson?.outputs ?? [])
    .map(({ data }) => text(data?.["text/html"]))
    .filter((html) => ["<table", "QAT", "W3A3", "W2A2"].every((part) => html.includes(part)));
  const markup = tables.find((html) => html.includes("±")) ?? tables[0];
  if (!markup) throw new Error("lesson 06 shows no table of its settings");
  const table = markup.slice(markup.indexOf("<table"));
  const rows = [...table.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell = ""]) => plain(cell)),
  );
  const index = rows[0]?.[0] === "" ? 1 : 0; // a data frame numbers its rows
  const [head = [], ...body] = rows.map((row) => row.slice(index));
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? ":--" : "--:"))), ...body.map(line)].join(
    "\n",
  );
}

/** A cell of HTML as Markdown. @param {string} html */
function plain(html) {
  return html
    .replaceAll(/<br><small[^>]*>.*?<\/small>/g, "") // the type of a column
    .replaceAll(/<\/?b>/g, "**")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trim();
}

/**
 * The README with today's table.
 *
 * @param {string} page
 * @param {Lesson[]} lessons
 */
export function withResults(page, lessons) {
  const [begin, end] = ["<!-- results: made by npm run results -->", "<!-- /results -->"];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${begin} … ${end}`);
  const all = lessons.flatMap(({ claims }) => claims);
  const held = all.filter(({ holds }) => holds).length;
  const words = `[All ${all.length} claims of the lessons](docs/results.md), of which ${held} hold, stand with their intervals on a page of their own.`;
  return `${page.slice(0, from)}${begin}\n${recoveryTable(lessons)}\n\n${words}\n${page.slice(to)}`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const lessons = readLessons();
  writeFileSync(join(root, "docs", "results.md"), resultsPage(lessons));
  const readme = join(root, "README.md");
  writeFileSync(readme, withResults(readFileSync(readme, "utf8"), lessons));
}
