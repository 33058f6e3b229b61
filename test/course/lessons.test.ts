import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { course } from "../../src/exercises/course.js";
import { lessons } from "../../src/exercises/lessons.js";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const files = readdirSync(new URL("notebooks/", root)).filter((name) => name.endsWith(".ipynb"));

type Cell = { cell_type: string; source: string[] };
const cellsOf = (file: string) =>
  (JSON.parse(read(`notebooks/${file}`)).cells as Cell[]).map(({ cell_type, source }) => ({
    code: cell_type === "code",
    text: source.join(""),
  }));

/** The course's table in the README: number, title, file and question of each lesson. */
const rows = [
  ...read("README.md").matchAll(/^\| (\d\d) \| \[(.+)\]\(notebooks\/(.+)\) \| (.+) \|$/gm),
];
const table = rows.map(([, number = "", title = "", file = "", question = ""]) => ({
  number,
  title,
  file,
  question,
}));

it("the README lists every lesson, in order", () => {
  expect(table.map(({ file }) => file)).toEqual(files);
});

it("the map of the course (src/exercises/course.ts) has the lessons of the README", () => {
  expect(course).toEqual(table.map(({ number, title, file }) => ({ number, title, file })));
});

const solutions = readdirSync(new URL("notebooks/solutions/", root))
  .filter((name) => name.endsWith(".ipynb"))
  .map((name) => `solutions/${name}`);

it.each([...files, ...solutions])(
  "%s has no line of code over 80 characters, which a page of 900 pixels would cut",
  (file) => {
    const lines = cellsOf(file).flatMap(({ code, text }) => (code ? text.split("\n") : []));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  },
);

it("a lesson that takes other data says nothing of the digits' shape, and docs/teaching.md names it", () => {
  const code = (file: string) => cellsOf(file).flatMap(({ code, text }) => (code ? [text] : []));
  const taking = files.filter((file) => code(file)[0]!.includes("const dataset ="));
  expect(taking.length).toBeGreaterThan(0);
  for (const file of taking) {
    const source = code(file).join("\n");
    expect(source, file).toContain("await q.datasets.named(dataset,");
    expect(source, file).not.toMatch(/datasets\.digits|classes: 10|\[8, 8, 1\]|\b64\b|layer: "/);
  }
  const [, named = ""] =
    /Lessons ([\d, and]+) take other data/.exec(read("docs/teaching.md")) ?? [];
  expect(named.match(/\d\d/g)).toEqual(taking.map((file) => file.slice(0, 2)));
});

describe.each(table)("lesson $number", ({ number, title, file, question }) => {
  const cells = cellsOf(file);

  it("has the title and the question that the README gives it", () => {
    expect(cells[0]!.text.split("\n").slice(0, 3)).toEqual([
      `# ${number} · ${title}`,
      "",
      `**${question}**`,
    ]);
  });

  it("leads to the next lesson by its title, and the last one to the overview", () => {
    const next = table[table.findIndex((lesson) => lesson.file === file) + 1];
    const paragraphs = cells.flatMap(({ text }) => text.split("\n\n"));
    const link = next
      ? `[${next.number} · ${next.title}](${next.file})`
      : "[README](../README.md#the-course)";
    expect(paragraphs.find((text) => text.startsWith("**Next:**"))).toContain(link);
  });

  it("asks its exercises in the form of all lessons", () => {
    const exercises = lessons[number] ?? [];
    const asked = cells.filter(({ code, text }) => code && text.includes("q.exercises.check("));
    expect(asked).toHaveLength(exercises.length);
    asked.forEach(({ text }, i) => {
      const call = `q.exercises.check("${number}.${i + 1}", undefined) // `;
      expect(text.startsWith(call) && !text.includes("\n"), text).toBe(true);
    });
    const form =
      "Each cell shows its question. Put your answer in the place of `undefined`, and run the cell again: it says whether the\n" +
      `answer is right, or else gives a hint. [Solutions](solutions/${file})`;
    expect(cells.filter(({ text }) => text.includes(form))).toHaveLength(
      exercises.length > 0 ? 1 : 0,
    );
  });
});
