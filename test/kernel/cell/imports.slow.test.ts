import { utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, write } from "../folder.js";
import { Notebook } from "../notebook.js";

const esm = (name: string, code: string, types?: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    type: "module",
    exports: { ".": { types: "./index.d.ts", import: "./index.js" } },
  }),
  [`node_modules/${name}/index.js`]: code,
  ...(types === undefined ? {} : { [`node_modules/${name}/index.d.ts`]: types }),
});
const cjs = (name: string, code: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, main: "index.js" }),
  [`node_modules/${name}/index.js`]: code,
});

test("Node's own modules are imported by name, as a namespace, by default and by require", async () => {
  const notebook = new Notebook(folder());
  await notebook.run(
    "import { join } from 'node:path'; import * as fs from 'fs'; import os from 'os';",
  );
  expect(
    await notebook.value("[join('a', 'b'), typeof fs.readFileSync, os.EOL.length > 0]"),
  ).toEqual(["a/b", "function", true]);
  expect(await notebook.value("import path = require('path'); path.basename('/x/y')")).toBe("y");
  expect(await notebook.value("require('util').format('%d', 3)")).toBe("3");
});

test("an ES module whose types only exports names reach is checked and loaded", async () => {
  const notebook = new Notebook(
    folder(
      esm(
        "modern",
        "export const n = 3; export default 'd';",
        "export declare const n: number; declare const d: string; export default d;",
      ),
    ),
  );
  expect(await notebook.value("import d, { n as three } from 'modern'; d + three.toFixed(1)")).toBe(
    "d3.0",
  );
  expect((await notebook.run("three.nothing")).status).toBe("refused");
  expect(await notebook.value("import * as all from 'modern'; Object.keys(all)")).toEqual([
    "default",
    "n",
  ]);
});

test("a CommonJS module has all its properties, and itself as default", async () => {
  const notebook = new Notebook(
    folder({
      ...cjs(
        "plain",
        "const key = 'hid' + 'den'; module.exports = { a: 1 }; module.exports[key] = 2;",
      ),
      ...cjs(
        "callable",
        "module.exports = function f() { return 'called'; }; module.exports.extra = 4;",
      ),
      ...cjs(
        "transpiled",
        "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 'the default'; exports.named = 5;",
      ),
    }),
  );
  expect(await notebook.value("import * as plain from 'plain'; [plain.a, plain.hidden]")).toEqual([
    1, 2,
  ]);
  expect(await notebook.value("import p, { hidden } from 'plain'; [p.a, hidden]")).toEqual([1, 2]);
  expect(await notebook.value("import f from 'callable'; [f(), f.extra]")).toEqual(["called", 4]);
  expect(await notebook.value("import t, { named } from 'transpiled'; [t, named]")).toEqual([
    "the default",
    5,
  ]);
  expect(await notebook.value("import c = require('callable'); c()")).toBe("called");
  expect(await notebook.value("(await import('plain')).hidden")).toBe(2);
});

test("JSON files are imported", async () => {
  const notebook = new Notebook(folder({ "data.json": '{ "bits": [8, 4] }' }));
  expect(await notebook.value("import data from './data.json'; data.bits[1].toFixed(1)")).toBe(
    "4.0",
  );
});

test("names used only as types, and type imports, aren't loaded", async () => {
  const notebook = new Notebook(
    folder(esm("typed", "throw new Error('loaded');", "export interface Shape { a: number }")),
  );
  await notebook.run("import { Shape } from 'typed'; import type { Shape as S } from 'typed';");
  expect(await notebook.value("const s: Shape = { a: 1 }; const t: S = s; t.a")).toBe(1);
});

test("an import that only later cells use as a value is loaded", async () => {
  const notebook = new Notebook(
    folder(esm("lib", "export class A { x = 1 }", "export declare class A { x: number }")),
  );
  await notebook.run("import { A } from 'lib'; let a: A;");
  expect(await notebook.value("a = new A(); a.x")).toBe(1);
});

test("an import for its side effects is loaded once", async () => {
  const notebook = new Notebook(
    folder(esm("effect", "globalThis.effects = (globalThis.effects ?? 0) + 1;")),
  );
  await notebook.run("import 'effect';");
  expect(await notebook.value("import 'effect'; (globalThis as any).effects")).toBe(1);
});

test("a missing package, and a missing export, are told by name", async () => {
  const notebook = new Notebook(folder(esm("few", "export const a = 1;")));
  expect(await notebook.run("import x from 'nowhere';")).toMatchObject({
    status: "refused",
    failure: { evalue: expect.stringContaining("Cannot find module 'nowhere'") },
  });
  await expect(notebook.value("import { a, b } from 'few'; b")).rejects.toThrow(
    'no export b in "few" (it exports a)',
  );
  const js = new Notebook(folder(), { language: "javascript" });
  await expect(js.value("import x from '@a/nowhere/deep';")).rejects.toThrow(
    /cannot find "@a\/nowhere\/deep" from .* \(run: npm install @a\/nowhere\)/,
  );
});

test("a package that is installed while the kernel runs is found", async () => {
  const path = folder();
  const notebook = new Notebook(path);
  expect((await notebook.run("import { n } from 'late';")).status).toBe("refused");
  for (const [name, text] of Object.entries(
    esm("late", "export const n = 6;", "export declare const n: number;"),
  )) {
    write(path, name, text);
  }
  expect(await notebook.value("import { n } from 'late'; n")).toBe(6);
});

test("local TypeScript files are compiled, with or without extension, and what they import", async () => {
  const notebook = new Notebook(
    folder({
      "lib/a.ts":
        "import { twice } from './b'; import { sep } from 'node:path'; export const four: number = twice(2); export type T = { v: number }; export default sep;",
      "lib/b.ts":
        "import c from '../c.js'; import modern, { n } from 'modern'; export const twice = (x: number) => c * x; export const more = modern + n;",
      "c.ts": "const c = 2; export default c;",
      ...esm("modern", "export const n = 3; export default 'd';"),
    }),
  );
  expect(
    await notebook.value(
      "import sep, { four, T } from './lib/a'; const t: T = { v: four }; t.v + sep",
    ),
  ).toBe("4/");
  expect(await notebook.value("import { more } from './lib/b.ts'; more")).toBe("d3");
  expect(await notebook.value("(await import('./c.ts')).default")).toBe(2);
});

test("an edited local file is checked and run anew, also when another file imports it", async () => {
  const path = folder({ "a.ts": "export { b } from './b';", "b.ts": "export const b = 1;" });
  const notebook = new Notebook(path);
  const edit = (text: string, seconds: number) => {
    write(path, "b.ts", text);
    utimesSync(join(path, "b.ts"), seconds, seconds);
  };
  expect(await notebook.value("import { b } from './a'; b")).toBe(1);
  edit("export const b = 'two';", 1000);
  expect(await notebook.value("import { b } from './a'; b.toUpperCase()")).toBe("TWO");
  edit("export const b: number = 'three';", 2000);
  expect(await notebook.run("import { b } from './a'; b")).toMatchObject({
    status: "refused",
    failure: { evalue: expect.stringMatching(/TS2322: .* \(b\.ts, line 1, column 14\)/) },
  });
  edit("console.assert(true); export const b = 4;", 3000);
  expect(await notebook.value("import { b } from './a'; b + 1")).toBe(5);
});

test("an unchanged local file keeps its state", async () => {
  const notebook = new Notebook(
    folder({
      "state.ts": "export let n = 0; export const bump = () => ++n;",
      "other.ts": "export { bump as again } from './state';",
    }),
  );
  await notebook.run("import { bump } from './state'; bump(); bump();");
  expect(await notebook.value("import { bump as b } from './state'; b()")).toBe(3);
  expect(await notebook.value("import { again } from './other'; again()")).toBe(4);
});

test("a cell with @module is a local file that other cells import, as in tslab", async () => {
  const notebook = new Notebook(folder());
  const cell = "/** @module mylib */\nexport const double = (x: number) => 2 * x;";
  expect(await notebook.run(cell)).toEqual({ status: "nothing" });
  expect(await notebook.value("import { double } from './mylib'; double(4)")).toBe(8);
  await notebook.run(cell.replace("2 * x", "3 * x"));
  expect(await notebook.value("import { double } from './mylib'; double(4)")).toBe(12);
  const wrong = await notebook.run("/**\n * @module mylib\n */\nexport const n: number = 'x';");
  expect(wrong).toMatchObject({
    status: "refused",
    failure: { evalue: expect.stringContaining("(cell 5, line 4, column 14)") },
  });
});

test("a module that the kernel provides stands in for a package", async () => {
  const shown: string[] = [];
  const tslab = { display: { html: (text: string) => shown.push(text) } };
  const notebook = new Notebook(
    folder({
      "use.ts": "import { display } from 'tslab'; export const show = () => display.html('c');",
    }),
    {
      builtins: { tslab },
    },
  );
  await notebook.run("import { display } from 'tslab'; display.html('a');");
  await notebook.run("import * as tslab from 'tslab'; tslab.display.html('b');");
  await notebook.run("import { show } from './use'; show(); require('tslab').display.html('d');");
  expect(shown).toEqual(["a", "b", "c", "d"]);
});

test("import.meta, __filename and __dirname are those of the notebook's folder", async () => {
  const path = folder();
  const notebook = new Notebook(path);
  expect(
    await notebook.value("[import.meta.dirname, __dirname, import.meta.filename === __filename]"),
  ).toEqual([path, path, true]);
  expect(
    await notebook.value(
      "import.meta.url.startsWith('file:///') && import.meta.resolve('./x.js').endsWith('/x.js')",
    ),
  ).toBe(true);
});

test("an import declares its names anew, also an import of a type", async () => {
  const notebook = new Notebook(folder());
  await notebook.run("import { Stats, statSync } from 'node:fs';");
  await notebook.run("import type { Stats } from 'node:fs';");
  expect(
    await notebook.value("const size = (stats: Stats) => stats.size > 0; size(statSync('/'))"),
  ).toBe(true);
  expect(
    await notebook.value(
      "import { type Stats, statSync } from 'node:fs'; const s: Stats = statSync('/'); s.isDirectory()",
    ),
  ).toBe(true);
  await notebook.run("import type Stats from 'node:path';");
  expect(await notebook.value("import * as Stats from 'node:os'; Stats.EOL.length > 0")).toBe(true);
  await notebook.run("class Kept { one = 1 }");
  await notebook.run("import type { Dir as Kept } from 'node:fs';");
  expect((await notebook.run("const k: Kept = { one: 1 };")).status).toBe("refused");
});

test("a local module has import.meta and a top-level await, whatever its extension", async () => {
  const waiting = (name: string) =>
    `log.push("${name} starts"); await new Promise((resolve) => setTimeout(resolve, 5)); log.push("${name}"); export const ${name} = 1;`;
  const notebook = new Notebook(
    folder({
      "log.ts": "export const log: string[] = [];",
      "place.ts":
        "export const here = [import.meta.url, import.meta.dirname, import.meta.filename];",
      "a.mts": `import { log } from "./log"; ${waiting("a")}`,
      "b.ts": `import { log } from "./log"; import { a } from "./a.mjs"; log.push("b " + a); export const b = a + 1;`,
      "c.ts": `import { b } from "./b"; import { log } from "./log"; ${waiting("c")} export const later = async () => (await import("./b")).b;`,
      "view.cts": "export const v = 4;",
    }),
  );
  const { folder: cwd } = notebook;
  expect(await notebook.value("import { here } from './place'; here")).toEqual([
    `file://${cwd}/place.ts`,
    cwd,
    join(cwd, "place.ts"),
  ]);
  expect(
    await notebook.value(
      "import { c, later } from './c'; import { log } from './log'; [...log, c]",
    ),
  ).toEqual(["a starts", "a", "b 1", "c starts", "c", 1]);
  expect(await notebook.value("await later()")).toBe(2);
  expect(
    await notebook.value("import { a } from './a.mts'; import { v } from './view.cjs'; a + v"),
  ).toBe(5);
  write(cwd, "broken.ts", "await Promise.reject(new RangeError('no'));\nexport const x = 1;");
  await expect(notebook.value("import { x } from './broken'; x")).rejects.toThrow("no");
  write(cwd, "broken.ts", "await null;\nexport const x: number = 2;");
  expect(await notebook.value("import { x } from './broken'; x")).toBe(2);
  write(cwd, "wrong.mts", "export const y: number = 'text';");
  expect(await notebook.run("import { y } from './wrong.mjs'; y")).toMatchObject({
    failure: { evalue: expect.stringContaining("(wrong.mts, line 1, column 14)") },
  });
});
