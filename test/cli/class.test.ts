import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makeClass } from "../../src/cli/class.js";
import { factsOf } from "../../src/cli/classroom/facts.js";
import { type Notebook, parseNotebook, text } from "../../src/cli/parameters.js";
import { course } from "../../src/exercises/course.js";
import { lessons } from "../../src/exercises/lessons.js";

const folder = mkdtempSync(join(tmpdir(), "class-"));
const at = (...path: string[]) => join(folder, "class", ...path);
const read = (...path: string[]) => readFileSync(at(...path), "utf8");
const cellsOf = (...path: string[]) => parseNotebook(read(...path)).cells;

let printed = "";
async function call(...args: string[]) {
  printed = "";
  const write = (words: unknown) => {
    printed += words;
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation(write),
  );
  try {
    return await makeClass(args);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

beforeAll(async () => expect(await call(at())).toBe(0));
afterAll(() => rmSync(folder, { recursive: true }));

const files = course.map(({ file }) => file);
const exercised = course.filter(({ number }) => lessons[number]);

describe("The folder of a class", () => {
  it("has every lesson without outputs, and without a way to the solutions", () => {
    expect(readdirSync(at("lessons"))).toEqual(files);
    for (const file of files) {
      const cells = cellsOf("lessons", file);
      expect(cells.flatMap(({ outputs }) => outputs ?? [])).toEqual([]);
      expect(cells.filter(({ source }) => text(source).includes("solutions/"))).toEqual([]);
    }
  });

  it("plans minutes, exercises and objectives for every lesson", () => {
    const plan = read("plan.md");
    for (const { number, title } of course) {
      const [row] = new RegExp(`^\\| ${number} \\| .*$`, "m").exec(plan) ?? [""];
      const [, , name, reading, practice, exercises] = row!.split("|").map((cell) => cell.trim());
      expect([name, Number(exercises)]).toEqual([title, lessons[number]?.length ?? 0]);
      expect(Number(reading)).toBeGreaterThanOrEqual(5);
      expect(Number(practice)).toBe(8 * Number(exercises));
      const [objectives = ""] = plan.split(`## ${number} · `).slice(1);
      expect(objectives.split("\n## ")[0]).toMatch(/\n- \w/);
    }
    expect(read("README.md")).toContain("CC BY 4.0");
  });

  it("has an nbgrader course: an answer and a locked check of a point for each exercise", () => {
    expect(readdirSync(at("nbgrader", "source"))).toHaveLength(exercised.length);
    for (const { number, file } of exercised) {
      const name = file.replace(".ipynb", "");
      const cells = cellsOf("nbgrader", "source", name, file);
      // The keys that schema 3 of nbgrader's metadata asks for; test/peers/nbgrader_course.py asks nbgrader itself.
      const kept = cells.flatMap(({ metadata }) => (metadata.nbgrader as object) ?? []);
      const keys = ["grade", "grade_id", "locked", "schema_version", "solution", "task"];
      for (const metadata of kept)
        expect(Object.keys(metadata)).toEqual(expect.arrayContaining(keys));
      const id = (kind: string, i: number) => `${kind}_${number}_${i + 1}`;
      expect(kept.map((metadata) => (metadata as { grade_id: string }).grade_id)).toEqual(
        lessons[number]!.flatMap((_, i) => [id("answer", i), id("check", i)]),
      );
      const checks = kept.filter((metadata) => (metadata as { grade: boolean }).grade);
      expect(checks.every((metadata) => "points" in metadata)).toBe(true);
      expect(
        cells.some(({ source }) =>
          text(source).includes("Put your answer in the place of `undefined`"),
        ),
      ).toBe(false);
    }
    expect(read("nbgrader", "nbgrader_config.py")).toContain('"typescript":');
  });

  it("has slides with the figures, which end before the exercises", () => {
    const cells = cellsOf("slides", files[6]!);
    const kinds = cells.map(
      ({ metadata }) => (metadata.slideshow as { slide_type: string }).slide_type,
    );
    expect(kinds[0]).toBe("slide");
    expect(new Set(kinds)).toEqual(new Set(["slide", "subslide", "-"]));
    expect(cells.some(({ outputs }) => outputs && outputs.length > 0)).toBe(true);
    expect(cells.some(({ source }) => text(source).includes("exercises.check"))).toBe(false);
  });
});

describe("npx qatlab class", () => {
  it("takes some lessons, in numbers and ranges", async () => {
    expect(await call(join(folder, "some"), "--lessons", "00-02,06")).toBe(0);
    const names = readdirSync(join(folder, "some", "lessons"));
    expect(names.map((name) => name.slice(0, 2))).toEqual(["00", "01", "02", "06"]);
  });

  it("writes nothing over a folder that is in use, and for lessons that there aren't", async () => {
    writeFileSync(join(folder, "notes.txt"), "a teacher's");
    expect(await call(folder)).toBe(1);
    expect(printed).toContain("isn't empty (choose another folder)");
    expect(await call(join(folder, "none"), "--lessons", "01,77")).toBe(1);
    expect(printed).toContain("invalid lessons: 77 (expected numbers from 00 to");
    expect(existsSync(join(folder, "none"))).toBe(false);
    expect(await call()).toBe(2);
    expect(printed).toContain("usage: qatlab class FOLDER");
  });
});

it("a lesson's minutes follow from its words, its code and its exercises", () => {
  const cell = (cell_type: "code" | "markdown", source: string) => ({
    cell_type,
    source,
    metadata: {},
  });
  const prose = `# 07 · Why?\n\n**Why so?**\n\n- say why,\n- and\n  how.\n\n${"word ".repeat(1800)}`;
  const notebook: Notebook = {
    cells: [
      cell("markdown", prose),
      cell("code", "let x = 1;\n\nx++;\n".repeat(60)),
      cell("code", 'q.exercises.check("07.1", undefined) // a number'),
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  };
  expect(factsOf(notebook)).toMatchObject({
    number: "07",
    title: "Why?",
    question: "Why so?",
    objectives: ["say why", "and how"],
    codeLines: 120,
    exercises: 1,
    minutes: { reading: 20, exercises: 8 },
  });
});
