import { existsSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { folder } from "../folder.js";
import { type Ended, Notebook } from "../notebook.js";

const cwd = process.cwd();
afterEach(() => {
  vi.restoreAllMocks();
  process.chdir(cwd);
});

/** Runs cells; what they wrote to stdout and stderr, and how the last one ended. */
async function run(
  notebook: Notebook,
  ...cells: string[]
): Promise<{ text: string; ended: Ended }> {
  let text = "";
  const write = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  const log = (...all: unknown[]) => void write(`${all.join(" ")}\n`);
  vi.spyOn(console, "log").mockImplementation(log);
  vi.spyOn(console, "error").mockImplementation(log);
  vi.spyOn(process.stdout, "write").mockImplementation(write);
  vi.spyOn(process.stderr, "write").mockImplementation(write);
  let ended!: Ended;
  for (const cell of cells) ended = await notebook.run(cell);
  vi.restoreAllMocks();
  return { text, ended };
}

const failure = (ended: Ended): string =>
  ended.status === "refused"
    ? stripVTControlCharacters(ended.failure.traceback.join("\n"))
    : ended.status;

test("%env and %cd change what later code sees, in the order of the lines", async () => {
  const notebook = new Notebook(folder({ "data/x.txt": "" }));
  process.chdir(notebook.folder);
  const { text, ended } = await run(
    notebook,
    "%env QATLAB_TEST_A=one\nconst a = process.env.QATLAB_TEST_A;\n%env QATLAB_TEST_A = 'two'\n[a, process.env.QATLAB_TEST_A]",
  );
  expect(text).toBe("QATLAB_TEST_A=one\nQATLAB_TEST_A=two\n");
  expect(ended).toEqual({ status: "value", value: ["one", "two"] });
  const moved = await run(notebook, "%cd data", "process.cwd()");
  expect(moved.ended).toEqual({ status: "value", value: join(notebook.folder, "data") });
  expect((await run(notebook, "%cd nowhere")).ended).toMatchObject({
    status: "error",
    error: { message: expect.stringMatching(/^invalid %cd: nowhere \(no such folder; .*data\)$/) },
  });
});

test("!command runs in the shell, and a name that JavaScript knows stays JavaScript", async () => {
  const notebook = new Notebook(folder());
  expect((await run(notebook, '!echo $((6 * 7)) "it\'s"')).text).toBe("42 it's\n");
  const { text, ended } = await run(notebook, "!ls /nowhere-at-all\nlet ready = 1;\n!ready");
  expect(text).toMatch(/nowhere-at-all.*\nthe command ended with exit code [12]\n/);
  expect(ended).toEqual({ status: "value", value: false });
  expect(await notebook.values("!ready", "!!ready", "!isNaN(1)", "!Array")).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect((await run(notebook, "const later = () => 1;\n!later()\n!echo x")).text).toBe("x\n");
});

test("a command stands only where a statement may begin", async () => {
  const notebook = new Notebook(folder());
  const value = await notebook.value(
    [
      "const a = 7, time = 4, cd = 2;",
      "const text = `",
      "%cd nowhere",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the cell has the template
      "${`%env`}`;",
      "/*",
      "!rm nothing",
      "*/",
      "const b = (a",
      "%time);",
      "const c = true &&",
      "!a;",
      "[text, b, c, a",
      "%cd]",
    ].join("\n"),
  );
  expect(value).toEqual(["\n%cd nowhere\n%env", 3, false, 1]);
});

test("%types off lets wrong types pass, warn tells them, error stops them again", async () => {
  const notebook = new Notebook(folder());
  const wrong = "const n: number = 'text'; n";
  expect(failure(await notebook.run(wrong))).toContain("TS2322");
  expect(await notebook.value(`%types off\n${wrong}`)).toBe("text");
  expect(await notebook.value(wrong)).toBe("text");
  await notebook.run("%types warn");
  const warned = notebook.compiler.compile(wrong, 50);
  expect(warned.ok && stripVTControlCharacters(warned.cell.warnings!.join("\n"))).toContain(
    "TS2322: Type 'string' is not assignable to type 'number'.\n  cell 50, line 1, column 7",
  );
  expect(failure(await notebook.run(`%types error\n${wrong}`))).toContain("line 2, column 7");
  expect(failure(await notebook.run("%types loose"))).toContain(
    "invalid %types: loose (expected off, warn or error)",
  );
});

test("%time measures a statement or the cell, and the value is shown all the same", async () => {
  const notebook = new Notebook(folder());
  const time = /^[\d.]+ (s|ms|µs|ns) \(processor [\d.]+ (s|ms|µs|ns)\)\n$/;
  const { text, ended } = await run(notebook, "%time const x = [1, 2,\n  3].length; await 0; x");
  expect(text).toMatch(time);
  expect(ended).toEqual({ status: "value", value: 3 });
  const whole = await run(notebook, "%%time\nconst y = x + 1;\ny");
  expect(whole.text).toMatch(time);
  expect(whole.ended).toEqual({ status: "value", value: 4 });
  expect(await notebook.value("y")).toBe(4);
});

test("%timeit calls an expression many times", async () => {
  const notebook = new Notebook(folder());
  await notebook.run("let calls = 0; const f = async () => { calls++; };");
  const { text, ended } = await run(notebook, "%timeit await f()");
  expect(text).toMatch(/ a call \(mean ± standard deviation of 7 rounds of [\d,]+\)\n$/);
  expect(ended.status).toBe("nothing");
  expect(await notebook.value("calls")).toBeGreaterThan(7);
  expect(failure(await notebook.run("%timeit let z = 1"))).toContain("needs an expression");
});

test("a command that the kernel doesn't know is named, as is one that lacks its argument", async () => {
  const notebook = new Notebook(folder());
  expect(failure(await notebook.run("const a = 1;\n%matplotlib inline"))).toMatch(
    /^SyntaxError: unknown command %matplotlib \(the kernel knows %cd, %env, .*and !command\)\n {2}cell 1, line 2/,
  );
  expect(failure(await notebook.run("%npm"))).toContain("e.g. %npm install d3-array");
  expect((await run(notebook, "%help")).text).toContain("%types off|warn|error");
});

test("%npm runs in the notebook's folder, wherever %cd went", async () => {
  const notebook = new Notebook(folder({ "package.json": "{}", "sub/x": "" }));
  const { ended } = await run(notebook, `%cd ${notebook.folder}/sub`, "%npm pkg set name=set-here");
  expect(ended.status).toBe("nothing");
  expect(existsSync(join(notebook.folder, "sub/package.json"))).toBe(false);
  expect(await notebook.value("require('./package.json').name")).toBe("set-here");
  expect((await run(notebook, "%npm nothing-such")).ended).toMatchObject({ status: "error" });
});
