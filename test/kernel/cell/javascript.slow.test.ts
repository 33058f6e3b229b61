import { expect, test } from "vitest";
import { folder } from "../folder.js";
import { Notebook } from "../notebook.js";

const notebookOf = () => new Notebook(folder(), { language: "javascript" });

test("a JavaScript notebook keeps what const x = require() declared", async () => {
  const notebook = notebookOf();
  await notebook.run("const path = require('path'); let n = 1; var f = () => n; class K {}");
  expect(
    await notebook.value("n = 'text'; [path.basename('/a/b'), f(), new K() instanceof K]"),
  ).toEqual(["b", "text", true]);
});

test("a JavaScript notebook isn't type checked", async () => {
  const notebook = notebookOf();
  await notebook.run("let a = 1; a = 'x'; const o = {}; o.later = 2;");
  expect(await notebook.value("o.later + a")).toBe("2x");
  await expect(notebook.value("missing + 1")).rejects.toThrow("missing is not defined");
});

test("TypeScript syntax in a JavaScript notebook is a SyntaxError", async () => {
  const notebook = notebookOf();
  expect(await notebook.run("const a: number = 1;")).toMatchObject({
    status: "refused",
    failure: { ename: "SyntaxError" },
  });
  expect(await notebook.run("let = ;")).toMatchObject({
    status: "refused",
    failure: { ename: "SyntaxError" },
  });
});

test("imports, top-level await and last expressions work in JavaScript", async () => {
  const notebook = notebookOf();
  expect(await notebook.value("import { join } from 'node:path'; await 1; join('a', 'b');")).toBe(
    "a/b",
  );
  expect(await notebook.value("join('c', 'd')")).toBe("c/d");
});

test("a JavaScript notebook is a sloppy script without a function around it", async () => {
  const notebook = notebookOf();
  expect(
    await notebook.values("typeof arguments", "010", "'\\101'", "this === globalThis"),
  ).toEqual(["undefined", 8, "A", true]);
  expect(await notebook.value("var o = { a: 5 }; var r; with (o) { r = a; } delete o; r")).toBe(5);
  expect(await notebook.value("await 1; typeof arguments")).toBe("undefined");
  expect(await notebook.value("var static = 3, let1 = 4; static + let1")).toBe(7);
});
