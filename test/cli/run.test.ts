import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { progressLine } from "../../src/cli/progress.js";
import { run } from "../../src/cli/run.js";
import { claimMimeType } from "../../src/mimeTypes/index.js";

const folder = mkdtempSync(join(tmpdir(), "run-"));
afterAll(() => rmSync(folder, { recursive: true }));

let printed = "";
beforeEach(() => {
  printed = "";
  const write = (text: unknown) => {
    printed += text;
    return true;
  };
  vi.spyOn(process.stdout, "write").mockImplementation(write);
  vi.spyOn(process.stderr, "write").mockImplementation(write);
});
afterEach(() => void vi.restoreAllMocks());

const cell = (source: string, outputs: object[] = []) => ({
  cell_type: "code",
  source,
  metadata: {},
  outputs,
});
const notebook = (...cells: object[]) =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A program in Python's place, which prints these events and writes the executed notebook. */
function executes(events: object[], executed = notebook(), status = 0): string {
  const lines = events.map((event) => `echo '${JSON.stringify(event)}'`);
  const path = write(
    "python",
    ["#!/bin/sh", ...lines, `cat > "$3" <<'END'`, executed, "END", `exit ${status}`].join("\n"),
  );
  chmodSync(path, 0o755);
  return path;
}

const out = join(folder, "out");
const done = [{ event: "start", cells: 1 }, { event: "cell", number: 1 }, { event: "done" }];

describe("qatlab run", () => {
  it("writes the executed copy and counts the claims that hold", async () => {
    const claim = { statement: "2 is 2", measured: 2, expected: "2", holds: true };
    const executed = notebook(cell("2", [{ data: { [claimMimeType]: claim } }]));
    const path = write("good.ipynb", notebook(cell("2")));
    expect(await run([path, "--out", out], { python: executes(done, executed) })).toBe(0);
    expect(printed).toMatch(/^good …\ngood {2}ok, 1 claim holds {2}\d/);
    expect(printed).toContain("1 of 1 notebooks ran as they claim");
    expect(JSON.parse(readFileSync(join(out, "good.ipynb"), "utf8")).cells).toHaveLength(1);
    expect(existsSync(join(out, "good.ipynb.source"))).toBe(false);
  });

  it("names a claim that doesn't hold, with what was measured", async () => {
    const claim = {
      ...{ statement: "QAT recovers", measured: 1.5, expected: "at least 2", holds: false },
      interval: { low: 1, high: 2 },
    };
    const executed = notebook(cell("2", [{ data: { [claimMimeType]: claim } }]));
    const path = write("bad.ipynb", notebook(cell("2")));
    expect(await run([path, "--out", out], { python: executes(done, executed) })).toBe(1);
    expect(printed).toContain(
      `${path}: a claim doesn't hold: QAT recovers: measured 1.5 (interval 1 to 2), expected at least 2`,
    );
    expect(printed).toContain("0 of 1 notebooks ran as they claim");
  });

  it.each([
    [
      "a failing cell",
      [{ event: "error", number: 3, traceback: ["RangeError: too far"] }],
      "cell 3 failed\nRangeError: too far",
    ],
    [
      "a missing kernel",
      [{ event: "no-kernel", kernel: "qatlab" }],
      "no kernel named qatlab (run `npm start` or `npx qatlab install --user` once, or pass --kernel)",
    ],
    [
      "a missing module",
      [{ event: "missing", module: "nbclient", python: "/usr/bin/python3" }],
      "/usr/bin/python3 has no module nbclient (install it: /usr/bin/python3 -m pip install nbclient)",
    ],
    ["a dead kernel", [{ event: "dead" }], "the kernel died while a cell ran"],
    ["a program that ends early", [{ event: "start", cells: 1 }], "the run ended with status 7"],
  ])("says how to go on after %s, and runs the next notebook", async (_, events, words) => {
    const [first, second] = ["a.ipynb", "b.ipynb"].map((name) => write(name, notebook(cell("1"))));
    const python = executes(events, notebook(), 7);
    expect(await run([first!, second!, "--out", out], { python })).toBe(1);
    expect(printed).toContain(`${first}: ${words}`);
    expect(printed).toContain(`${second}: ${words}`);
    expect(printed).toContain("0 of 2 notebooks ran as they claim");
  });

  it("names a file that isn't a notebook", async () => {
    const path = write("broken.ipynb", "{");
    expect(await run([path, "--out", out], { python: executes(done) })).toBe(1);
    expect(printed).toContain(`${path}: `);
    expect(printed).toContain("0 of 1 notebooks ran as they claim");
  });

  it("refuses a path without a notebook before anything runs, with the usage", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const missing = join(folder, "missing.ipynb");
    expect(await run([missing], { python: "unused" })).toBe(2);
    expect(printed).toContain(`qatlab run: no such notebook: ${missing}`);
    expect(await run([empty], { python: "unused" })).toBe(2);
    expect(printed).toContain(`qatlab run: no notebooks in ${empty}`);
    expect(printed).toContain("usage: qatlab run NOTEBOOK…");
  });

  it("runs a folder's notebooks in the order of their names", async () => {
    const lessons = join(folder, "lessons");
    mkdirSync(lessons);
    for (const name of ["02.ipynb", "01.ipynb", "notes.md"]) {
      writeFileSync(join(lessons, name), notebook(cell("1")));
    }
    expect(await run([lessons, "--out", out], { python: executes(done) })).toBe(0);
    expect(printed.match(/^\d\d(?= …)/gm)).toEqual(["01", "02"]);
  });
});

describe("the line of a running notebook", () => {
  it("moves in place on a terminal", () => {
    const written: string[] = [];
    const stream = { isTTY: true, write: (text: string) => void written.push(text) };
    const line = progressLine("lesson", { stream: stream as never });
    line.start(4);
    line.at(3);
    line.at(null);
    line.end("ok");
    expect(written).toHaveLength(3);
    expect(written[1]).toContain(`\r\x1b[Klesson  ${"█".repeat(12)}${"░".repeat(12)}  cell 3 of 4`);
    expect(written[2]).toContain("\r\x1b[Klesson  ok  ");
    expect(written[2]).toMatch(/ \d+\.\d s\n$/);
  });
});
