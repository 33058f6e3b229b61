import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { noInterrupt } from "../../../src/kernel/cell/index.js";
import { folder } from "../folder.js";
import { Notebook } from "../notebook.js";

describe("the last expression", () => {
  test("is shown with or without a semicolon", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    expect(
      await notebook.values("1 + 1", "2 + 2;", "const x = 3; x", "x;;", "x; // the end"),
    ).toEqual([2, 4, 3, 3, 3]);
  });

  test("may be an object literal, which JavaScript alone reads as a block", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    const cells = {
      "{ a: 1 }": { a: 1 },
      "{ a: 1, b: [2] };": { a: 1, b: [2] },
      "// words\n{\n  a: 1,\n  f() { return 2; },\n} // more": { a: 1, f: expect.any(Function) },
      "const a = 5\n{ a, b: a + 1 }": { a: 5, b: 6 },
      "a;\n{ ...{ a }, c: 1 }.c": 1,
      "%types error\n{ 'k': await 3 }": { k: 3 },
      "{}": {},
    };
    expect(await notebook.values(...Object.keys(cells))).toEqual(Object.values(cells));
    await notebook.run("let n = 0; { n++; let m = n; n += m; }");
    expect(await notebook.values("n", "if (n) { n }", "{ label: for (;;) break label; }")).toEqual([
      2,
      undefined,
      undefined,
    ]);
    expect(await notebook.run("const b = 1;\n{ a: 1, b: b.nothing }")).toMatchObject({
      failure: { evalue: expect.stringMatching(/^TS2339.*\(cell \d+, line 2, column 14\)$/) },
    });
    expect(await notebook.run("{ a: 1, b: n.nothing }")).toMatchObject({
      failure: { evalue: expect.stringMatching(/^TS2339.*\(cell \d+, line 1, column 14\)$/) },
    });
    const thrown = await notebook.run("{ x: 1, y: (() => { throw new Error('in'); })() }");
    if (thrown.status !== "error") throw new Error(thrown.status);
    const [, , line, mark] = notebook.runtime.traceback(thrown.error).traceback;
    const place = stripVTControlCharacters(mark!).indexOf("^");
    expect(stripVTControlCharacters(line!).slice(place)).toMatch(/^new Error/);
    expect(notebook.compiler.isComplete("{ a: 1, b: 2 }").status).toBe("complete");
    expect(notebook.compiler.isComplete("{ a: 1,").status).toBe("incomplete");
  });

  test("is hidden by void and when it is undefined", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    for (const source of ["void 0", "void [1, 2].push(3)", "undefined", "", "// only words", ";"]) {
      expect(await notebook.run(source)).toEqual({ status: "nothing" });
    }
  });

  test("is shown when it assigns or is null, false or zero", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    expect(await notebook.values("let x = 1; x = 4", "null", "false", "0", "''")).toEqual([
      4,
      null,
      false,
      0,
      "",
    ]);
  });

  test("is there below a shebang line", { tags: "slow" }, async () => {
    const notebook = new Notebook(
      folder({ "tool.ts": "#!/usr/bin/env node\nexport const t = 3;" }),
    );
    const shebang = "#!/usr/bin/env node\n";
    expect(
      await notebook.values(
        `${shebang}1 + 1`,
        `${shebang}const x = 2; x`,
        "import { t } from './tool'; t",
      ),
    ).toEqual([2, 2, 3]);
  });

  test("isn't there when the cell ends with a declaration or another statement", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    for (const source of [
      "const a = 1",
      "function f() {}",
      "if (true) { 1 }",
      "for (const i of [1]) i;",
      "class K {}",
    ]) {
      expect(await notebook.run(source)).toEqual({ status: "nothing" });
    }
  });

  test("that is a promise is shown, not awaited", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    const value = await notebook.run("new Promise(() => {})");
    expect(value).toMatchObject({ status: "value", value: expect.any(Promise) });
    const late = await notebook.run("await 1; Promise.resolve(2)");
    expect(late).toMatchObject({ status: "value", value: expect.any(Promise) });
  });

  test("of export default and export is that of plain declarations", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(
      "export const a = 1; export let b = 2; export function f() { return a + b; } export class K {} export enum E { X = 7 }",
    );
    await notebook.run("export default function g() { return b; }");
    expect(await notebook.value("b = 5; [f(), E.X, g(), new K() instanceof K]")).toEqual([
      6,
      7,
      5,
      true,
    ]);
    expect(await notebook.value("export default 3 * 3")).toBe(9);
    expect(
      await notebook.run("const z = 1; export { z, z as w }; export type Q = number;"),
    ).toEqual({ status: "nothing" });
  });
});

describe("top-level await", () => {
  test("waits, also in a lone for await", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    expect(await notebook.value("const x = await Promise.resolve(5); x")).toBe(5);
    await notebook.run("const seen: number[] = []; async function* count() { yield 1; yield 2; }");
    await notebook.run("for await (const n of count()) seen.push(n);");
    expect(await notebook.value("seen")).toEqual([1, 2]);
  });

  test("publishes what ran before it", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    const never = notebook.run(
      "let i = 0; const got = 3; while (true) { i++; await (i < 4 ? null : new Promise(() => {})); }",
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await notebook.value("[i, got]")).toEqual([4, 3]);
    void never;
  });

  test("keeps the language's order of microtasks, ticks and timers", async () => {
    const lesson = `
      const log = []; const say = (text) => { log.push(text); };
      const later = new Promise((resolve) => setTimeout(() => resolve("p"), 2));
      later.then(() => say("then 1")).then(() => say("then 2")).then(() => say("then 3"));
      process.nextTick(() => say("tick"));
      setImmediate(() => say("immediate"));
      async function inner() { say("inner"); await null; say("inner goes on"); await later; say("inner ends"); }
      async function outer(name) {
        try { await inner(); say(name + " goes on"); return await new Promise((resolve) => resolve(name)); }
        finally { await 0; say(name + " ends"); }
      }
      queueMicrotask(() => say("microtask"));
      await Promise.all([outer("a"), outer("b"), later.finally(() => say("finally"))]);
      try { await later; say("try"); await Promise.reject(1); } catch { say("catch"); }
      await new Promise((resolve) => setTimeout(resolve, 1));
      say("end");`;
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    const expected = await (AsyncFunction(`${lesson} return log;`)() as Promise<string[]>);
    const notebook = new Notebook(folder(), { language: "javascript" });
    expect(await notebook.value(`${lesson} log`)).toEqual(expected);
    expect(expected).toHaveLength(20);
  });

  test("leaves a cell without it synchronous", () => {
    const notebook = new Notebook(folder());
    const result = notebook.compiler.compile("async function f() { await 1; } f(); 1", 1);
    let settled = false;
    if (result.ok)
      notebook.runtime.run(
        result.cell,
        () => {
          settled = true;
        },
        () => noInterrupt,
      );
    expect(settled).toBe(true);
  });

  test("stops with a KeyboardInterrupt once the cell is interrupted", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(
      "let steps = 0; const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms)); async function loop() { while (true) { steps++; await sleep(1); } }",
    );
    const ended = await notebook.run("await loop();", { interruptAfter: 30 });
    expect(ended).toMatchObject({ status: "error", error: { name: "KeyboardInterrupt" } });
    expect(await notebook.value("steps")).toBeGreaterThan(0);
    const loop =
      "for await (const _ of (async function* () { while (true) { yield 1; await sleep(1); } })()) {}";
    expect((await notebook.run(loop, { interruptAfter: 30 })).status).toBe("error");
  });

  test("in an earlier cell's function stops when the cell that called it is interrupted", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    const interrupted = new Set<number>();
    const run = (source: string, cell: number) => {
      const result = notebook.compiler.compile(source, cell);
      if (!result.ok) throw new Error(result.failure.evalue);
      return notebook.execute(result.cell, () => interrupted.has(cell));
    };
    await run(
      "let ticks = 0; const sleep = () => new Promise((resolve) => setTimeout(resolve, 1));",
      1,
    );
    await run("async function forever() { while (true) { ticks++; await sleep(); } }", 2);
    setTimeout(() => interrupted.add(3), 100);
    const ended = await run("await forever();", 3);
    expect(ended).toMatchObject({ status: "error", error: { name: "KeyboardInterrupt" } });
    interrupted.add(1).add(2);
    expect(await run("await sleep(); 'runs'", 4)).toEqual({ status: "value", value: "runs" });
  });

  test("of an interrupted cell that goes on later doesn't overwrite what later cells assign", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run("let x = 1; let open: () => void = () => {};");
    const late = notebook.run(
      "await new Promise<void>((resolve) => { open = resolve; }); x = 100;",
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    await notebook.run("x = 2;");
    await notebook.run("open();");
    await late;
    expect(await notebook.value("x")).toBe(2);
  });
});

describe("a cell with an error", () => {
  test("of its types doesn't run and declares nothing", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run("const log: number[] = []; const before = 1;");
    const ended = await notebook.run(
      "log.push(1); const before: number = 'text';\nconst other = 2;",
    );
    expect(ended).toMatchObject({
      status: "refused",
      failure: {
        ename: "TypeError",
        evalue:
          "TS2322: Type 'string' is not assignable to type 'number'. (cell 2, line 1, column 20)",
      },
    });
    expect(await notebook.value("[log.length, before]")).toEqual([0, 1]);
    expect((await notebook.run("other")).status).toBe("refused");
  });

  test("of its syntax is refused as a SyntaxError that marks the place", async () => {
    const ended = await new Notebook(folder()).run("const a = 1;\nconst b = (2;\n");
    if (ended.status !== "refused") throw new Error(ended.status);
    expect(ended.failure.ename).toBe("SyntaxError");
    const text = stripVTControlCharacters(ended.failure.traceback.join("\n"));
    expect(text).toContain("TS1005: ')' expected.");
    expect(text).toContain("cell 1, line 2, column 13");
    expect(text).toContain("    2 | const b = (2;\n      |             ~");
  });

  test("that ends where an operand should follow is refused, and declares nothing", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    for (const source of ["await", "const x = await", "const x = await // later", "let x = 1 +"]) {
      const ended = await notebook.run(source);
      expect(ended, source).toMatchObject({ status: "refused", failure: { ename: "SyntaxError" } });
    }
    expect(await notebook.run("const x = await")).toMatchObject({
      failure: { evalue: "TS1109: Expression expected. (cell 5, line 1, column 16)" },
    });
    expect((await notebook.run("x")).status).toBe("refused");
  });

  test("refuses a return outside of functions and an await inside of plain ones", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    expect(await notebook.run("return 1")).toMatchObject({
      status: "refused",
      failure: { evalue: expect.stringContaining("TS1108") },
    });
    expect((await notebook.run("function f() { await 1; }")).status).toBe("refused");
    expect((await notebook.run("const x = 1; x = 2;")).status).toBe("refused");
    expect((await notebook.run("undefinedName + 1")).status).toBe("refused");
  });

  test("may be silenced by ts-ignore, ts-expect-error and ts-nocheck", async () => {
    const notebook = new Notebook(folder());
    expect(await notebook.value("// @ts-ignore\nconst a: number = 'x'; a")).toBe("x");
    expect(await notebook.value("// @ts-nocheck\nconst b: number = 'y'; b")).toBe("y");
  });
});
