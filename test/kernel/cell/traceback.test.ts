import { inspect, stripVTControlCharacters } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { mapStacks } from "../../../src/kernel/cell/index.js";
import { folder } from "../folder.js";
import { Notebook } from "../notebook.js";

/** The traceback of what the last cell throws, without colours. */
async function traceback(...sources: string[]): Promise<string> {
  const notebook = new Notebook(
    folder({ "lib.ts": "\nexport function fail(): never {\n  throw new RangeError('in lib');\n}" }),
  );
  for (const source of sources.slice(0, -1)) await notebook.run(source);
  const ended = await notebook.run(sources.at(-1)!);
  if (ended.status !== "error") throw new Error(ended.status);
  return stripVTControlCharacters(notebook.runtime.traceback(ended.error).traceback.join("\n"));
}

test("a traceback names cells and lines, and marks the place in each", {
  tags: "slow",
}, async () => {
  const text = await traceback(
    "interface Unused { a: string }\nfunction half(n: number): number {\n  if (n % 2) throw new Error('odd');\n  return n / 2;\n}",
    "const a = half(4);\n\nhalf(a + 1);",
  );
  expect(text).toBe(
    [
      "Error: odd",
      "    at half, cell 1, line 3",
      "    3 |   if (n % 2) throw new Error('odd');",
      "      |                    ^",
      "    at cell 2, line 3",
      "    3 | half(a + 1);",
      "      | ^",
    ].join("\n"),
  );
});

test("a variable that was never set is told with the cell that names it, without the kernel's files", {
  tags: "slow",
}, async () => {
  const stopped = "throw new Error('stop'); let later = 1;";
  for (const [source, place] of [
    ["later", "cell 2"],
    ["\nlater + 1", "cell 2"],
  ]) {
    const lines = (await traceback(stopped, source!)).split("\n");
    expect(lines[0]).toMatch(/^ReferenceError: later is not initialised: cell 1/);
    expect(lines[1]).toBe(`    at ${place}`);
    expect(lines.join("\n")).not.toContain("[cell");
  }
});

test("a traceback after an await, and in a local file, still points at the source", {
  tags: "slow",
}, async () => {
  const text = await traceback(
    "import { fail } from './lib';\nawait null;\nconst x: number = 1;\nfail();",
  );
  expect(text).toContain("RangeError: in lib\n    at ");
  expect(text).toContain("lib.ts, line 3\n    3 |   throw new RangeError('in lib');");
  expect(text).toContain("cell 1, line 4\n    4 | fail();");
});

test("causes and collected errors are shown, a circle once", { tags: "slow" }, async () => {
  const text = await traceback(
    "throw new Error('outer', { cause: new TypeError('inner', { cause: 'deep' }) });",
  );
  expect(text).toMatch(
    /^Error: outer\n[\s\S]*Caused by:\nTypeError: inner\n[\s\S]*Caused by:\nUncaught: deep$/,
  );
  const many = await traceback(
    "await Promise.any([Promise.reject(new Error('one')), Promise.reject(2)]);",
  );
  expect(many).toMatch(
    /AggregateError: All promises were rejected[\s\S]*Error 1 of 2:\nError: one[\s\S]*Error 2 of 2:\nUncaught: 2/,
  );
  const circle = await traceback("const e: any = new Error('round'); e.cause = e; throw e;");
  expect(circle).toContain("Caused by:\nError: round\n  (shown above)");
});

test("an error class of the reader's own has its class's name", async () => {
  expect(await traceback("class BitsError extends Error {}\nthrow new BitsError('33');")).toMatch(
    /^BitsError: 33\n/,
  );
});

test.each([
  ["'text'", "Uncaught: text"],
  ["undefined", "Uncaught: undefined"],
  ["null", "Uncaught: null"],
  ["Object.freeze({ a: 1 })", "Uncaught: { a: 1 }"],
  ["Object.freeze(new Error('cold'))", "Error: cold"],
  ["Symbol('s')", "Uncaught: Symbol(s)"],
  ["Promise.reject", "Uncaught: [Function: reject]"],
  ["Object.defineProperty(new Error('x'), 'message', { get() { throw 1; } })", "Error: "],
  ["new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } })", "Uncaught: "],
])("a cell may throw %s", { tags: "slow" }, async (thrown, start) => {
  expect((await traceback(`throw ${thrown};`)).startsWith(start)).toBe(true);
});

test("a stack overflow and a very long message stay readable", { tags: "slow" }, async () => {
  const overflow = await traceback(
    "function down(n: number): number {\n  return 1 + down(n + 1);\n}\ndown(0);",
  );
  expect(overflow).toContain(
    "RangeError: Maximum call stack size exceeded\n    at down, cell 1, line 2",
  );
  expect(overflow.split("\n").length).toBeLessThan(20);
  const long = await traceback("throw new Error('x'.repeat(1_000_000));");
  expect(long).toContain("… (980000 more characters)");
});

test("a message that looks like frames isn't taken for frames", { tags: "slow" }, async () => {
  const text = await traceback("throw new Error('first\\n    at fake (/a/b.js:1:2)');");
  expect(text.match(/^ +at fake/gm)).toHaveLength(1);
  expect(text).toContain("cell 1, line 1");
});

test("a caught error, a result, a stack and a trace say the cell's lines as a thrown error does", {
  tags: "slow",
}, async () => {
  const { prepareStackTrace } = Error;
  onTestFinished(() => {
    Error.prepareStackTrace = prepareStackTrace;
  });
  mapStacks();
  const notebook = new Notebook(
    folder({
      "lib.ts": "type A = 1;\nexport const make = (): Error =>\n  new RangeError('in lib');",
    }),
  );
  await notebook.run("interface A {}\nfunction bad(): never {\n  throw new TypeError('bad');\n}");
  const caught = "import { make } from './lib';\n\ntry { bad(); } catch (error) { error }";
  await notebook.run("let seen: unknown;");
  await notebook.run(`${caught.replace("{ error }", "{ seen = error; }")}`);
  expect(await notebook.value("(seen as Error).stack")).toBe(
    "TypeError: bad\n    at bad (cell 1:3:9)\n    at cell 3:3:7",
  );
  expect(await notebook.value("class Odd extends Error {} new Odd('x')").then(inspect)).toBe(
    "Odd [Error]: x\n    at cell 5:1:28",
  );
  const made = (await notebook.value("await 0;\nmake()")) as Error;
  expect(made.stack).toBe(
    `RangeError: in lib\n    at make (${notebook.folder}/lib.ts:3:3)\n    at cell 6:2:1`,
  );
  expect(await notebook.value("const o: any = {}; Error.captureStackTrace(o); o.stack")).toBe(
    "Error\n    at cell 7:1:26",
  );
  const again = await notebook.run("throw seen");
  if (again.status !== "error") throw new Error(again.status);
  expect(
    stripVTControlCharacters(notebook.runtime.traceback(again.error).traceback.join("\n")),
  ).toContain("    at bad, cell 1, line 3\n    3 |   throw new TypeError('bad');");
});
