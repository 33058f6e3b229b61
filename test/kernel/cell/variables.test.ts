import { describe, expect, test } from "vitest";
import { folder } from "../folder.js";
import { Notebook } from "../notebook.js";

describe("a variable of an earlier cell", () => {
  test("is read and assigned by later cells", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run("let count = 1; const step = 2; var total = 10;");
    await notebook.run("count += step; total++;");
    expect(await notebook.value("[count, total, step]")).toEqual([3, 11, 2]);
  });

  test("is seen by closures of earlier cells when a later cell assigns it", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run("let x = 1; function get() { return x; }");
    await notebook.run("x = 5;");
    expect(await notebook.value("get()")).toBe(5);
    await notebook.run("const set = (value: number) => { x = value; };");
    await notebook.run("set(7)");
    expect(await notebook.values("x", "get()")).toEqual([7, 7]);
  });

  test("is shared from the cell on whose closure first captures it", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run("let x = 1;");
    await notebook.run("x = 2;");
    await notebook.run("const bump = () => ++x; bump();");
    await notebook.run("x += 10;");
    expect(await notebook.values("bump()", "x", "x++", "x")).toEqual([14, 14, 14, 15]);
  });

  test("stands in a shorthand property, a template, typeof and a call", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(
      "let x = 2; let f = function () { return this; }; const keep = () => [x, f];",
    );
    expect(await notebook.value("({ x })")).toEqual({ x: 2 });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the cell has the template
    expect(await notebook.value("`${x} ${typeof x} ${-x}`")).toBe("2 number -2");
    expect(await notebook.value("f() === undefined")).toBe(true);
    expect(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the cell has the template
      await notebook.value("let tag = (s: any, ...v: any[]) => v; const h = () => tag; tag`${x}`"),
    ).toEqual([2]);
    expect(await notebook.value("let o: any; ({ x = 9, o } = { o: 3 } as any); [x, o]")).toEqual([
      9, 3,
    ]);
    expect(await notebook.value("[x, ...[o]] = [4, 5]; ({ a: x } = { a: 6 }); [x, o]")).toEqual([
      6, 5,
    ]);
  });

  test("keeps the names of functions that are assigned to it", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(
      "let f = () => 1; let { g = () => 2 } = {} as any; const use = () => [f, g];",
    );
    expect(await notebook.value("[f.name, g.name]")).toEqual(["f", "g"]);
    expect(await notebook.value("f = () => 3; f.name")).toBe("f");
  });

  test("keeps its value over an error in the middle of a statement", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run("let done = 0;");
    const ended = await notebook.run(
      "let own = 1; for (const i of [1, 2, 3]) { done++; own++; if (i === 2) throw new Error('stop'); }",
    );
    expect(ended.status).toBe("error");
    expect(await notebook.value("[done, own]")).toEqual([2, 3]);
  });

  test("of a cell that stopped before its declaration says so by the cell's number", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(
      "const before = 1; throw new Error('stop'); const after = 2; let later = () => after;",
    );
    expect(await notebook.value("before")).toBe(1);
    await expect(notebook.value("after")).rejects.toThrow(
      new ReferenceError(
        "after is not initialised: cell 1 stopped before its declaration (run that cell again)",
      ),
    );
    await expect(notebook.value("later")).rejects.toThrow("cell 1 stopped");
  });

  test("declared by var in a block or loop belongs to the cell, let doesn't", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(
      "if (true) { var a = 1; let b = 2; } for (var i = 0; i < 3; i++) {} for (var k of [7, 8]) {}",
    );
    expect(await notebook.value("[a, i, k]")).toEqual([1, 3, 8]);
    expect((await notebook.run("b")).status).toBe("refused");
    await notebook.run(
      "for (var n = 0, m = 5; n < 2; n++) {} for (var q in { z: 1 }) {} const look = () => [n, q];",
    );
    expect(await notebook.value("n = 40; [...look(), m]")).toEqual([40, "z", 5]);
  });

  test("survives many cells that declare it anew", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    for (let i = 0; i < 60; i++) await notebook.run(`const x = ${i}; const f${i} = () => x;`);
    expect(await notebook.values("x", "f0()", "f59()")).toEqual([59, 59, 59]);
  });
});

describe("a name that is declared again", () => {
  test("is a new variable with a type of its own; closures that need the old type keep the old one", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run("let x = 1; const old = () => x;");
    await notebook.run("let x = 'text';");
    expect(await notebook.values("x.toUpperCase()", "old() + 1")).toEqual(["TEXT", 2]);
  });

  test("may be a class, a function, an import or a type", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run("class A { one = 1 } const a = new A();");
    await notebook.run("class A { two = 2 } const b = new A();");
    expect(await notebook.value("[a.one, b.two, b instanceof A, a instanceof A]")).toEqual([
      1,
      2,
      true,
      false,
    ]);
    await notebook.run("function A() { return 3; }");
    expect(await notebook.value("A()")).toBe(3);
    await notebook.run("import { sep as A } from 'node:path';");
    expect(await notebook.value("A.length")).toBe(1);
    await notebook.run("type T = number; interface I { p: T }");
    await notebook.run("type T = string;");
    expect(await notebook.value("const i: I = { p: 1 }; const t: T = 'a'; [i.p, t]")).toEqual([
      1,
      "a",
    ]);
  });

  test("keeps the type of an interface when only its value is new", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(
      "interface Shape { sides: number } interface Named<T, U = string> { a: T; b: U }",
    );
    await notebook.run("const Shape = (sides: number): Shape => ({ sides });");
    expect(await notebook.value("const s: Shape = Shape(3); s.sides")).toBe(3);
    await notebook.run("function Named<T>(a: T): Named<T> { return { a, b: 'b' }; }");
    expect(await notebook.value("const n: Named<number> = Named(1); n.b")).toBe("b");
  });

  test("may name a value after the type of the same name, in one cell", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    await notebook.value(
      "interface A { a: number }\nconst A = { a: 1 };\ntype B = number;\nlet B: B = 2;\ninterface C { extra?: 3 }\nclass C { c = 3 }",
    );
    expect(
      await notebook.value("const a: A = A; const b: B = B; const c: C = new C(); [a.a, b, c.c]"),
    ).toEqual([1, 2, 3]);
  });

  test("twice in one cell is an error", async () => {
    const ended = await new Notebook(folder()).run("let x = 1; let x = 2;");
    expect(ended).toMatchObject({
      status: "refused",
      failure: { evalue: expect.stringContaining("TS2451") },
    });
  });
});

describe("types, classes and namespaces", () => {
  test("are carried across cells", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(
      "interface Point { x: number; y: number } type Pair<T> = [T, T]; enum Color { Red, Green }",
    );
    await notebook.run(
      "class Box<T> { constructor(readonly value: T) {} static make<T>(v: T) { return new Box(v); } }",
    );
    await notebook.run(
      "namespace Geo { export const zero: Point = { x: 0, y: 0 }; export type P = Point; }",
    );
    await notebook.run(
      "abstract class Shape { abstract area(): number } const enum Level { Low = 1, High = 5 }",
    );
    expect(
      await notebook.value(
        "class Sq extends Shape { area() { return 4; } } new Sq().area() + Level.High",
      ),
    ).toBe(9);
    expect(
      await notebook.value(
        "const p: Geo.P = Geo.zero; const pair: Pair<Point> = [p, p]; pair.length",
      ),
    ).toBe(2);
    expect(await notebook.value("Box.make(Color.Green).value.toFixed(1)")).toBe("1.0");
    expect((await notebook.run("const bad: Point = { x: 1 };")).status).toBe("refused");
  });

  test("work with parameter properties, private names, using and decorators", {
    tags: "slow",
  }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run(
      "class P { #hidden = 3; constructor(public a: number, private b = 2) {} sum() { return this.a + this.b + this.#hidden; } }",
    );
    expect(await notebook.value("new P(1).sum()")).toBe(6);
    await notebook.run(
      "const log: string[] = []; { using r = { [Symbol.dispose]() { log.push('gone'); } }; log.push('here'); }",
    );
    expect(await notebook.value("log")).toEqual(["here", "gone"]);
    await notebook.run(
      "function twice(f: (this: any, n: number) => number, _: ClassMethodDecoratorContext) { return function (this: any, n: number) { return 2 * f.call(this, n); }; }",
    );
    await notebook.run("class D { @twice plus(n: number) { return n + 1; } }");
    expect(await notebook.value("new D().plus(1)")).toBe(4);
    await notebook.run(
      "using top = { [Symbol.dispose]() { log.push('cell ended'); } }; log.push('in cell');",
    );
    expect(await notebook.value("log.slice(2)")).toEqual(["in cell", "cell ended"]);
  });

  test("of declare global are there in every later cell", { tags: "slow" }, async () => {
    const notebook = new Notebook(folder());
    await notebook.run("declare global { var shared: number; interface Array<T> { second(): T } }");
    await notebook.run(
      "globalThis.shared = 4; Array.prototype.second = function () { return this[1]; };",
    );
    expect(await notebook.value("shared + [1, 2].second()")).toBe(6);
  });
});
