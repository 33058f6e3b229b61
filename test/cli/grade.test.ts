import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { csvOf } from "../../src/cli/grade/rows.js";
import { grade } from "../../src/cli/grade.js";
import * as q from "../../src/index.js";
import { exerciseMimeType } from "../../src/mimeTypes/index.js";

let folder = "";
let stdout = "";
let stderr = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "grade-"));
});
afterEach(() => {
  process.env.QATLAB_PROGRESS = "off";
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const put = (name: string, text: string) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};

const verdict = (id: string, state: string, attempts = 0) => ({
  output_type: "execute_result",
  data: { [exerciseMimeType]: { id, state, attempts } },
});
const notebook = (...outputs: object[]) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [{ cell_type: "code", source: "", metadata: {}, outputs }],
  });

/** Keeps the printed text from the terminal. */
function listen() {
  [stdout, stderr] = ["", ""];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += text;
    return true;
  });
}

/** Grades the folder; its rows as lists of cells. */
async function rows(...args: string[]) {
  listen();
  const status = await grade([folder, ...args], { python: "/no/python" });
  vi.restoreAllMocks();
  const [head, ...lines] = stdout.split("\r\n").slice(0, -1);
  expect(head).toBe("student,exercise,state,attempts,from,checked,file,remark");
  return { status, lines: lines.map((line) => line.split(",")) };
}

/** A sheet as a student's own computer writes it. */
function sheetOf(computer: string, name: string, solve: () => void): string {
  process.env.QATLAB_PROGRESS = join(folder, `.${computer}`, "progress.jsonl");
  solve();
  q.exercises.sheet(join(folder, "out"), { name, overwrite: true });
  const text = readFileSync(join(folder, "out"), "utf8");
  rmSync(join(folder, "out"));
  return text;
}

describe("npx qatlab grade", () => {
  it("has a row for each student and exercise, the last verdict of each", async () => {
    put(
      "ada/06.ipynb",
      notebook(verdict("06.2", "wrong", 1), verdict("06.1", "open"), verdict("06.2", "right", 1)),
    );
    put("bob/hand in/06.ipynb", notebook(verdict("06.1", "wrong", 3)));
    put("ada/.ipynb_checkpoints/06-checkpoint.ipynb", notebook(verdict("06.1", "right")));
    put("carl.ipynb", notebook(verdict("01.1", "right")));
    const { status, lines } = await rows();
    expect(status).toBe(0);
    expect(lines).toEqual([
      ["ada", "06.1", "open", "0", "outputs", "no", "ada/06.ipynb", ""],
      ["ada", "06.2", "right", "1", "outputs", "no", "ada/06.ipynb", ""],
      ["bob", "06.1", "wrong", "3", "outputs", "no", "bob/hand in/06.ipynb", ""],
      ["carl", "01.1", "right", "0", "outputs", "no", "carl.ipynb", ""],
    ]);
    expect(stderr).toBe("3 students, 3 files, 2 right answers, 0 errors\n");
  });

  it("has a row with its error for each broken file, and goes on", async () => {
    put("ada/cut.ipynb", notebook(verdict("06.1", "right")).slice(0, 60));
    put("ada/empty.ipynb", "");
    put(
      "ada/list.ipynb",
      '{"cells": [null, {"outputs": "none"}, {"outputs": [null, {"data": null}]}]}',
    );
    put("ada/notes.json", "{}");
    put("bob/06.ipynb", notebook({ output_type: "error", ename: "RangeError", evalue: "too far" }));
    put("carl/06.ipynb", notebook(verdict("06.1", "right")));
    const { status, lines } = await rows();
    expect(status).toBe(1);
    expect(lines.map((line) => [line[0], line[1], line[2], line[7]])).toEqual([
      ["ada", "", "error", expect.stringMatching(/not a notebook/)],
      ["ada", "", "error", expect.stringMatching(/not a notebook/)],
      ["ada", "", "error", expect.stringContaining("no verdicts")],
      ["ada", "", "error", expect.stringContaining("not a sheet")],
      ["bob", "", "error", "a cell ended in an error: RangeError: too far"],
      ["carl", "06.1", "right", ""],
    ]);
  });

  it("verifies sheets, checks their answers again, and shows what was changed or shared", async () => {
    const solved = () => {
      q.exercises.check("01.1", 7);
      q.exercises.check("06.3", (a: number[], b: number[]) => {
        const square = (v: number[]) => {
          const mean = v.reduce((x, y) => x + y) / v.length;
          return v.reduce((x, y) => x + (y - mean) ** 2, 0) / (v.length - 1) / v.length;
        };
        return Math.sqrt(square(a) + square(b));
      });
    };
    const ada = sheetOf("ada", "Ada", solved);
    put("ada/sheet.json", ada);
    put("bob/sheet.json", ada.replace('"Ada"', '"Bob"'));
    put("carl/sheet.json", sheetOf("ada", "Carl", solved));
    const { status, lines } = await rows();
    expect(lines.map((line) => [line[0], line[1], line[2], line[5], line[7]])).toEqual([
      ["ada", "01.1", "right", "yes", "sheet of Ada"],
      ["ada", "06.3", "right", "no", "sheet of Ada"], // a function: it doesn't run
      [
        "bob",
        "",
        "error",
        "",
        expect.stringMatching(/changed after .*; signed by the same computer as the sheet of ada$/),
      ],
      [
        "carl",
        "01.1",
        "right",
        "yes",
        "sheet of Carl; signed by the same computer as the sheet of ada",
      ],
      ["carl", "06.3", "right", "no", expect.stringContaining("same computer")],
    ]);
    expect(status).toBe(1);
  });

  it("finds a forged answer wrong although its signature is good, and a question of another version", async () => {
    const forged = sheetOf("eve", "Eve", () => {
      const entry = (question: string, answer: number) =>
        JSON.stringify({
          solved: "01.1",
          question,
          time: new Date().toISOString(),
          attempts: 0,
          version: "9",
          answer,
        });
      put(".eve/progress.jsonl", `${entry(q.exercises.question("01.1"), 8)}\n`);
    });
    put("eve/sheet.json", forged);
    expect((await rows()).lines[0]!.slice(0, 6)).toEqual([
      "eve",
      "01.1",
      "wrong",
      "0",
      "sheet",
      "yes",
    ]);
  });

  it("runs nothing unless it is asked to, and then names what it can't run with", async () => {
    put("ada/06.ipynb", notebook(verdict("06.1", "right")));
    expect((await rows()).status).toBe(0);
    const { status, lines } = await rows("--run");
    expect([status, lines[0]![2], lines[0]![7]]).toEqual([
      1,
      "error",
      expect.stringContaining("/no/python"),
    ]);
  });

  it("refuses a folder that there isn't, and a call without one", async () => {
    listen();
    expect(await grade([join(folder, "none")], { python: "" })).toBe(2);
    expect(stderr).toContain("no such folder");
    expect(await grade([], { python: "" })).toBe(2);
  });
});

it("CSV keeps a student's file name from becoming a formula", () => {
  const row = {
    student: "=HYPERLINK(1)",
    exercise: "06.1",
    state: "right",
    attempts: 0,
    from: "outputs",
    checked: "no",
    file: 'a "b", c',
    remark: "",
  } as const;
  expect(csvOf([row]).split("\r\n")[1]).toBe(
    `'=HYPERLINK(1),06.1,right,0,outputs,no,"a ""b"", c",`,
  );
});
