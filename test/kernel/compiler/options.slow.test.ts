import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeDisk } from "../../../src/kernel/compiler/disk.node.js";
import { createCompiler } from "../../../src/kernel/compiler/index.js";
import { folder } from "../folder.js";

const accepts = (cwd: string, source: string) =>
  createCompiler({ cwd, language: "typescript", disk: nodeDisk, warm: false }).compile(source, 1)
    .ok;

test("without a tsconfig.json cells are as lenient as tslab", () => {
  const cwd = folder();
  expect(accepts(cwd, "function f(x) { return x; } let s: string = null; f(s);")).toBe(true);
  expect(accepts(cwd, "const n: number = 'text';")).toBe(false);
});

test("the nearest tsconfig.json says how strict cells are", () => {
  const cwd = folder({
    "tsconfig.json": '{ "compilerOptions": { "strict": true } }',
    "sub/deep/x.txt": "",
    "loose/tsconfig.json":
      '{ "extends": "../tsconfig.json", "compilerOptions": { "noImplicitAny": false } }',
  });
  const implicit = "function f(x) { return x; }";
  const nullish = "let s: string = null;";
  expect(accepts(join(cwd, "sub/deep"), implicit)).toBe(false);
  expect(accepts(join(cwd, "loose"), implicit)).toBe(true);
  expect(accepts(join(cwd, "loose"), nullish)).toBe(false);
});

test("a project's options for its own build don't stop cells", () => {
  const compilerOptions = {
    strict: true,
    module: "commonjs",
    moduleResolution: "nodenext",
    verbatimModuleSyntax: true,
    isolatedModules: true,
    composite: true,
    noEmit: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    erasableSyntaxOnly: true,
    target: "es5",
    rootDir: "src",
    outFile: "x.js",
  };
  const cwd = folder({ "tsconfig.json": JSON.stringify({ compilerOptions, include: ["src"] }) });
  expect(
    accepts(
      cwd,
      "import { Stats } from 'node:fs'; enum E { A } const unused = 1; let s: Stats; await 1; E.A",
    ),
  ).toBe(true);
});

test("lib and paths of the tsconfig.json hold", () => {
  const cwd = folder({
    "tsconfig.json":
      '{ "compilerOptions": { "lib": ["es2023"], "paths": { "@/*": ["./src/*"] } } }',
    "src/a.ts": "export const a = 1;",
  });
  expect(accepts(cwd, "import { a } from '@/a'; a + 1")).toBe(true);
  expect(accepts(cwd, "document.title")).toBe(false);
});

test("a tsconfig.json that can't be read leaves the defaults", () => {
  expect(accepts(folder({ "tsconfig.json": "{ not json" }), "const a = [3, 1].toSorted(); a")).toBe(
    true,
  );
});

test("cells know today's Node: toSorted, using, the DOM's fetch, process, sets in regular expressions", () => {
  const cwd = folder();
  expect(
    accepts(
      cwd,
      "[1].toSorted().findLast((x) => x > 0); process.version; fetch; structuredClone(1); new URL('a:b'); Buffer.from('a'); /a/v.test('a')",
    ),
  ).toBe(true);
});

test("a front-end project's tsconfig.json takes neither Node nor today's library away", () => {
  const source =
    "import { readFileSync } from 'node:fs'; console.log([1].toSorted(), process.pid, Buffer, readFileSync); new URL('a:b')";
  for (const compilerOptions of [
    { types: ["vite/client"] },
    { types: [] },
    { lib: ["es2015"] },
    { lib: [] },
    { lib: ["es5", "webworker"] },
    { noLib: true, noResolve: true },
    { target: "es3", module: "amd", moduleResolution: "classic" },
    { typeRoots: ["./types"] },
  ]) {
    const cwd = folder({ "tsconfig.json": JSON.stringify({ compilerOptions }) });
    expect(accepts(cwd, source), JSON.stringify(compilerOptions)).toBe(true);
  }
});

test("cells hold JSX where the tsconfig.json has a setting for it", () => {
  const react =
    "declare global { namespace JSX { interface IntrinsicElements { p: { children?: string } } } } const h = (...all: unknown[]) => all; <p>text</p>";
  const compilerOptions = { jsx: "react", jsxFactory: "h" };
  const cwd = folder({ "tsconfig.json": JSON.stringify({ compilerOptions }) });
  expect(accepts(cwd, react)).toBe(true);
  expect(accepts(folder(), react)).toBe(false);
  expect(accepts(folder(), "const x = <number>(1 as unknown); x")).toBe(true);
});
