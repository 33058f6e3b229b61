import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { displaySymbol } from "../../src/display/index.js";
import { course } from "../../src/exercises/course.js";
import { lessons } from "../../src/exercises/lessons.js";
import { numbered } from "../../src/exercises/progress/keep.js";
import { storePath } from "../../src/exercises/progress/store.node.js";
import * as q from "../../src/index.js";

const { check, progress, restart } = q.exercises;
let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-progress-"));
  file = join(folder, "new", "progress.jsonl");
  process.env.QATLAB_PROGRESS = file;
  restart();
});
afterEach(() => {
  process.env.QATLAB_PROGRESS = "off";
  rmSync(folder, { recursive: true });
});

const ticked = () =>
  progress().lessons.flatMap(({ exercises }) =>
    exercises.filter(({ solved }) => solved !== null).map(({ id }) => id),
  );

describe("q.exercises.progress", () => {
  it("has a tick for each exercise whose answer was right, in every kernel from then on", () => {
    expect(progress().solved).toBe(0);
    check("06.2", 0.1);
    check("06.2", undefined);
    expect([existsSync(file), ticked()]).toEqual([false, []]);
    check("06.2", 0.7);
    check("06.2", 0.7);
    check("01.1", 7);
    expect(ticked()).toEqual(["01.1", "06.2"]);
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(2);
    const [first] = readFileSync(file, "utf8").split("\n");
    expect(JSON.parse(first!)).toMatchObject({ solved: "06.2", attempts: 1, answer: 0.7 });
  });

  it("shows all lessons and exercises, as a table with words for each tick and as text", () => {
    check("01.1", 7);
    const map = progress();
    expect(map.lessons.map(({ number, title }) => [number, title])).toEqual(
      course.map(({ number, title }) => [number, title]),
    );
    expect(map.total).toBe(Object.values(lessons).flat().length);
    const bundle = map[displaySymbol]();
    expect(bundle["text/html"]).toMatch(/aria-label="01\.1 How many bits\?, solved on \d{4}-/);
    expect(bundle["text/html"]).toContain('aria-label="01.2 Exact halves, open"');
    expect(bundle["text/plain"]).toMatch(/^1 of \d+ exercises are solved\n00 /);
    expect(bundle["text/plain"]).toMatch(/\n01 {2}What does rounding do\? +✓○○\n/);
  });

  it("offers the solved exercises as a file where they lie in a browser, and nowhere else", () => {
    expect(progress()[displaySymbol]()["text/html"]).not.toContain("download");
    const map = new q.exercises.CourseMap([], "", { name: "progress.jsonl", text: "é\n" });
    const html = String(map[displaySymbol]()["text/html"]);
    const [, data, name] = /href="data:[^,]*,([^"]*)" download="([^"]*)"/.exec(html)!;
    expect([Buffer.from(data!, "base64").toString(), name]).toEqual(["é\n", "progress.jsonl"]);
  });

  it("keeps the good lines of a broken file, tells of the others, and loses none", () => {
    check("01.1", 7);
    appendFileSync(file, '{"solved": "01.2", "quest');
    check("06.2", 0.7); // the line that was cut off doesn't take this one along
    appendFileSync(file, '\u0000\u0001\n{"solved": 5}\n{"kind": "of a later version"}\n');
    const before = readFileSync(file, "utf8");
    const map = progress();
    expect(ticked()).toEqual(["01.1", "06.2"]);
    expect(map.remark).toMatch(/^3 lines of .*progress\.jsonl can’t be read\. The file as it was/);
    expect(String(map)).toContain(map.remark);
    const aside = readdirSync(dirname(file)).find((name) => name.includes("broken"))!;
    expect(readFileSync(join(dirname(file), aside), "utf8")).toBe(before);
    expect(readFileSync(file, "utf8")).toContain("of a later version");
    expect(progress().remark).toBe("");
  });

  it("follows a question to its new number, and a reworded one by its number and title", () => {
    const of = (id: string) => numbered().find(([name]) => name === id)![1].question;
    const time = "2026-01-02T03:04:05.000Z";
    const entry = (solved: string, question: string) =>
      `${JSON.stringify({ solved, question, time, attempts: 0, version: "0.1.0" })}\n`;
    writeFileSync(
      join(folder, "progress.jsonl"),
      // Lesson 13's first question once had the number 12.1; both are called "By pen".
      entry("12.1", of("13.1")) +
        entry("06.2", "How few epochs? In other words.") +
        entry("06.3", "x"),
    );
    process.env.QATLAB_PROGRESS = join(folder, "progress.jsonl");
    expect(ticked()).toEqual(["06.2", "13.1"]);
  });

  it("says with the verdict why no tick could be kept, and nothing is kept when it is off", () => {
    writeFileSync(join(folder, "new"), "a file where a folder is needed");
    const verdict = check("06.2", 0.7);
    expect(verdict.right).toBe(true);
    expect(verdict.message).toMatch(/\(No tick could be kept: .*(EEXIST|ENOTDIR)/);
    expect(progress().remark).toMatch(/^$|can’t be read/);
    process.env.QATLAB_PROGRESS = "off";
    expect(check("06.2", 0.7).message).not.toContain("tick");
    expect(progress().remark).toBe("Nothing is kept: QATLAB_PROGRESS is off.");
  });

  it("lies in the folder of the user's data where nothing is said", () => {
    delete process.env.QATLAB_PROGRESS;
    const { XDG_DATA_HOME } = process.env;
    process.env.XDG_DATA_HOME = "/data";
    try {
      const expected =
        process.platform === "darwin"
          ? "Library/Application Support/qatlab/progress.jsonl"
          : "/data/qatlab/progress.jsonl";
      expect(storePath()).toContain(expected);
    } finally {
      if (XDG_DATA_HOME === undefined) delete process.env.XDG_DATA_HOME;
      else process.env.XDG_DATA_HOME = XDG_DATA_HOME;
    }
  });
});
