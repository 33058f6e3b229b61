/**
 * Begins a lesson: `npm run lesson:new -- 20 what-is-new "What is new?" "The question in a sentence."`
 *
 * Writes the notebook, its solutions and its exercises as skeletons, and enters them where they are listed:
 * in src/exercises/lessons.ts and course.ts, in the README's table, and as the lesson before's Next.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const usage =
  'usage: npm run lesson:new -- NUMBER SLUG TITLE QUESTION, as in 20 what-is-new "What is new?" "…"';
const root = fileURLToPath(new URL("..", import.meta.url));
const at = (/** @type {string[]} */ ...path) => join(root, ...path);

/** @param {string} file @param {(text: string) => string} change */
function edit(file, change) {
  const before = readFileSync(at(file), "utf8");
  const after = change(before);
  if (after === before)
    throw new Error(`${file} has no place for the lesson (see CONTRIBUTING.md)`);
  writeFileSync(at(file), after);
}

/** @param {[type: "markdown" | "code", source: string][]} cells */
function notebook(cells) {
  const example = JSON.parse(readFileSync(at("notebooks", "00-check-your-setup.ipynb"), "utf8"));
  const written = cells.map(([type, source], i) => ({
    cell_type: type,
    id: `${type === "code" ? "code" : "text"}-${String(i + 1).padStart(2, "0")}`,
    metadata: {},
    source: source.split(/(?<=\n)/),
    ...(type === "code" && { execution_count: null, outputs: [] }),
  }));
  const { metadata, nbformat, nbformat_minor } = example;
  return `${JSON.stringify({ cells: written, metadata, nbformat, nbformat_minor }, null, 1)}\n`;
}

/** @param {string[]} args */
function main(args) {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [number, slug, title, question] = positionals;
  if (!number || !slug || !title || !question || positionals.length > 4) throw new Error(usage);
  if (!/^\d\d$/.test(number) || !/^[a-z0-9-]+$/.test(slug)) throw new Error(usage);
  const taken = readdirSync(at("notebooks")).find((name) => name.startsWith(`${number}-`));
  if (taken) throw new Error(`invalid number: ${number} (notebooks/${taken} has it)`);
  const before = readdirSync(at("notebooks"))
    .filter((name) => /^\d\d-.*\.ipynb$/.test(name) && name < number)
    .sort()
    .at(-1);
  const file = `${number}-${slug}.ipynb`;
  const exercises = at("src", "exercises", `lesson${number}.ts`);
  if (existsSync(exercises)) throw new Error(`${exercises} exists`);

  writeFileSync(
    at("notebooks", file),
    notebook([
      ["markdown", `# ${number} · ${title}\n\n**${question}**\n\nAfterwards you can\n\n- …\n`],
      ["code", 'import * as q from "qatlab";\n'],
      [
        "markdown",
        `## Exercises\n\nEach cell shows its question. Put your answer in the place of \`undefined\`, and run the cell again: it says whether the\nanswer is right, or else gives a hint. [Solutions](solutions/${file})\n`,
      ],
      ["code", `q.exercises.check("${number}.1", undefined) // number of values`],
      [
        "markdown",
        "## Summary\n\n…\n\n**Next:** back to the [README](../README.md#the-course).\n\n**References.** [1] …\n",
      ],
    ]),
  );
  writeFileSync(
    at("notebooks", "solutions", file),
    notebook([
      [
        "markdown",
        `# ${number} · Solutions\n\nTry the exercises first: \`q.exercises.check("${number}.1", answer)\` gives hints, and they lead further than reading on.\n`,
      ],
      ["markdown", "## 1. Begin\n\n…\n"],
      ["code", `import * as q from "qatlab";\n\nq.exercises.check("${number}.1", 8)`],
    ]),
  );
  writeFileSync(
    exercises,
    `import { number } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const begin = exercise({
  question: "How many values does a 3-bit grid have?",
  kind: number(),
  solution: 8,
  hints: ["Write the codes down.", "Each bit doubles their number."],
  mistakes: [{ answer: 7, hint: "That is the largest code. From which code do they count?" }],
  remark: "2 ** bits values, but 2 ** bits − 1 steps.",
});

/** @internal */
export const lesson${number}: Exercise[] = [begin];
`,
  );
  edit("src/exercises/lessons.ts", (text) =>
    text
      .replace(
        /(import \{ lesson\d\d \}[^\n]*\n)(?!import \{ lesson)/,
        `$1import { lesson${number} } from "./lesson${number}.js";\n`,
      )
      .replace(/( {2}"\d\d": lesson\d\d,\n)(?! {2}")/, `$1  "${number}": lesson${number},\n`),
  );
  const entry = `  { number: "${number}", title: ${JSON.stringify(title)}, file: "${file}" },\n`;
  edit("src/exercises/course.ts", (text) => text.replace("];\n", `${entry}];\n`));
  edit("README.md", (text) =>
    text.replace(
      /(\| \d\d \| \[[^\n]*\n)(?!\| \d\d)/,
      `$1| ${number} | [${title}](notebooks/${file}) | ${question} |\n`,
    ),
  );
  if (before) {
    edit(join("notebooks", before), (text) =>
      // The paragraph's lines of JSON, up to the empty line after it.
      text.replace(
        /"\*\*Next:\*\*[\s\S]*?(?=\n *"\\n",)/,
        `"**Next:** [${number} · ${title}](${file})\\n",`,
      ),
    );
  }
  stdout.write(
    `notebooks/${file}\nnotebooks/solutions/${file}\nsrc/exercises/lesson${number}.ts\n`,
  );
}

try {
  main(argv.slice(2));
} catch (error) {
  stderr.write(`${/** @type {Error} */ (error).message}\n`);
  exit(2);
}
