import { describe, expect, test } from "vitest";
import type { CellLanguage } from "../../../src/kernel/compiler/index.js";
import { folder } from "../folder.js";
import { Notebook } from "../notebook.js";

/** A notebook in which cells have run, and what its last cell said of earlier code. */
async function notebookAfter(
  cells: string[],
  { language = "typescript" }: { language?: CellLanguage } = {},
): Promise<{ notebook: Notebook; hints: string[] }> {
  const notebook = new Notebook(folder(), { language });
  let hints: string[] = [];
  for (const cell of cells) {
    const ended = await notebook.run(cell);
    if (ended.status === "refused") throw new Error(ended.failure.evalue);
    if (ended.status === "error") throw ended.error;
    hints = notebook.hints;
  }
  return { notebook, hints };
}

const followed: Record<string, { cells: string[]; shown: string; value: unknown }> = {
  "a function": {
    cells: [
      "function g(x: number) { return x * x; }",
      "function h(x: number) { return g(x); }",
      "function g(x: number) { return x * x * x; }",
    ],
    shown: "h(5)",
    value: 125,
  },
  "a function of the same cell": {
    cells: [
      "function g(x: number) { return x * x; } const h = (x: number) => g(x);",
      "const g = (x: number) => -x;",
    ],
    shown: "h(5)",
    value: -5,
  },
  "a variable, and what is assigned to it later": {
    cells: ["let lr = 1; const show = () => lr;", "let lr = 2;", "lr = 3;"],
    shown: "[show(), lr]",
    value: [3, 3],
  },
  "a variable that the closure itself changes": {
    cells: ["let n = 1; const next = () => ++n;", "let n = 10; next();"],
    shown: "[next(), n]",
    value: [12, 12],
  },
  "a constant": {
    cells: ["const rate = 1; const show = () => rate;", "const rate = 0.5;"],
    shown: "show()",
    value: 0.5,
  },
  "a constant of a pattern": {
    cells: [
      "const { a, b: [c] } = { a: 1, b: [2] }; const show = () => [a, c];",
      "const [a, c] = [3, 4];",
    ],
    shown: "show()",
    value: [3, 4],
  },
  "a class": {
    cells: [
      "class A { name() { return 'old'; } } const make = () => new A();",
      "class A { name() { return 'new'; } more = 1; }",
    ],
    shown: "[make().name(), make() instanceof A]",
    value: ["new", true],
  },
  "a class with private members": {
    cells: [
      "class A { #secret = 1; private b = 2; get() { return this.#secret + this.b; } same(other: A) { return other === this; } }",
      "const get = () => new A().get();",
      "class A { #secret = 10; private b = 20; get() { return this.#secret + this.b; } same(other: A) { return other === this; } }",
    ],
    shown: "get()",
    value: 30,
  },
  "an import": {
    cells: [
      "import { basename as name } from 'node:path'; const see = () => name('/a/b');",
      "import { dirname as name } from 'node:path';",
    ],
    shown: "see()",
    value: "/a",
  },
  "an enum and a namespace": {
    cells: [
      "enum E { A = 1 } namespace N { export const one = 1; } const see = () => [E.A, N.one];",
      "enum E { A = 1, B = 2 } namespace N { export const one = 5; export const two = 2; }",
    ],
    shown: "see()[1]",
    value: 5,
  },
  "a function that became a variable, in code of a third cell": {
    cells: [
      "function f() { return 1; }",
      "const twice = () => 2 * f();",
      "let f = () => 4;",
      "f = () => 5;",
    ],
    shown: "twice()",
    value: 10,
  },
  "a function that calls itself": {
    cells: [
      "function depth(n: number): number { return n === 0 ? 0 : 1 + depth(n - 1); } const five = () => depth(5);",
      "function depth(n: number): number { return n === 0 ? 100 : 1 + depth(n - 1); }",
    ],
    shown: "five()",
    value: 105,
  },
  "a type that had changed and changes back": {
    cells: ["let x = 1; const see = () => x;", "let x = 'text';", "let x = 3;"],
    shown: "see()",
    value: 3,
  },
};

describe("a name that is declared again is seen by the closures of earlier cells:", () => {
  for (const [name, { cells, shown, value }] of Object.entries(followed)) {
    test(name, { tags: "slow" }, async () => {
      const { notebook, hints } = await notebookAfter(cells);
      expect(await notebook.value(shown)).toEqual(value);
      expect(hints).toEqual([]);
    });
  }

  test("in JavaScript whatever its type", { tags: "slow" }, async () => {
    const { notebook, hints } = await notebookAfter(
      ["let x = 1; function see() { return x; }", "const f = () => typeof x;", "let x = 'text';"],
      { language: "javascript" },
    );
    expect(await notebook.values("see()", "f()")).toEqual(["text", "string"]);
    expect(hints).toEqual([]);
  });

  test("when the cell runs again and again", { tags: "slow" }, async () => {
    const cell =
      "function add(x: number) { return x + total; } let total = 1; const use = () => add(1);";
    const { notebook, hints } = await notebookAfter([
      cell,
      cell,
      cell,
      "const mine = () => use();",
      cell,
    ]);
    expect(await notebook.value("total = 5; mine()")).toBe(6);
    expect(hints).toEqual([]);
  });
});

describe("a name that is declared again with another type", () => {
  const keepers: Record<string, { cells: string[]; hint: string; shown: string; value: unknown }> =
    {
      "a text instead of a number": {
        cells: [
          "let x = 1;",
          "const show = () => x; function twice() { return 2 * x; }",
          "let x = 'text';",
        ],
        hint: "x has the type string, not number: show (cell 2), twice (cell 2) keep the earlier x until run again.",
        shown: "[show(), twice(), x]",
        value: [1, 2, "text"],
      },
      "a class without a member": {
        cells: ["class A { one = 1 }", "const make = () => new A();", "class A { two = 2 }"],
        hint: "A has other members: make (cell 2) keeps the earlier A until run again.",
        shown: "make().one",
        value: 1,
      },
      "a function with more parameters": {
        cells: [
          "const g = (x: number) => x;",
          "const h = () => g(1);",
          "const g = (x: number, y: number) => x + y;",
        ],
        hint: "g has the type (x: number, y: number) => number, not (x: number) => number: h (cell 2) keeps the earlier g until run again.",
        shown: "h()",
        value: 1,
      },
      "a constant that a closure assigned to": {
        cells: ["let n = 1;", "const set = () => { n = 5; };", "const n = 2;"],
        hint: "n can't be assigned as before: set (cell 2) keeps the earlier n until run again.",
        shown: "set(); n",
        value: 2,
      },
    };
  for (const [name, { cells, hint, shown, value }] of Object.entries(keepers)) {
    test(`says which code keeps the earlier one: ${name}`, { tags: "slow" }, async () => {
      const { notebook, hints } = await notebookAfter(cells);
      expect(hints).toEqual([hint]);
      expect(await notebook.value(shown)).toEqual(value);
    });
  }

  test("says nothing of callbacks, nor of code that is declared again too", {
    tags: "slow",
  }, async () => {
    const { hints } = await notebookAfter([
      "let x = 1; const show = () => x; [1].map((y) => x + y);",
      "let x = 'a'; const show = () => x;",
    ]);
    expect(hints).toEqual([]);
  });
});

describe("a name whose initializer threw", () => {
  const fails = "function bad(): number { throw new Error('stop'); }";

  test("can be declared again", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(fails);
    expect((await notebook.run("const x = bad(); const see = () => x;")).status).toBe("error");
    expect(await notebook.value("const x = 4; const look = () => x; look()")).toBe(4);
  });

  test("can be assigned, by code of the cell or by a closure", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(fails);
    await notebook.run("let x = bad(); let y = 1;");
    expect(await notebook.value("x = 4; x")).toBe(4);
    await notebook.run("let z = bad();");
    await notebook.run("const set = () => { z = 7; }; set();");
    expect(await notebook.value("z")).toBe(7);
  });

  test("is still unknown to a cell that reads it first", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(fails);
    await notebook.run("let x = bad();");
    const error =
      "x is not initialised: cell 2 stopped before its declaration (run that cell again)";
    await expect(notebook.value("x = x + 1; x")).rejects.toThrow(error);
    await expect(notebook.value("x += 1; x")).rejects.toThrow(error);
    await expect(notebook.value("const see = () => x; see()")).rejects.toThrow(error);
  });
});

test("a constant can't be read by a closure before its declaration, nor assigned", {
  tags: "slow",
}, async () => {
  const notebook = new Notebook(folder(), { language: "javascript" });
  await expect(notebook.value("const see = () => x; see(); const x = 1;")).rejects.toThrow(
    "Cannot access 'x' before initialization",
  );
  await notebook.run("const y = 1; const look = () => y; const set = () => { y = 2; };");
  await expect(notebook.value("y = 2")).rejects.toThrow("Assignment to constant variable.");
  await expect(notebook.value("set()")).rejects.toThrow("Assignment to constant variable.");
  expect(await notebook.value("look()")).toBe(1);
});
