import { beforeAll, describe, expect, test } from "vitest";
import { nodeDisk } from "../../../src/kernel/compiler/disk.node.js";
import { type CellCompiler, createCompiler } from "../../../src/kernel/compiler/index.js";
import { folder } from "../folder.js";

let compiler: CellCompiler;
const cwd = folder(
  { "helpers.ts": "export const helper = 1;", "lib/deep.ts": "export const deep = 2;" },
  { shared: true },
);

beforeAll(() => {
  compiler = createCompiler({ cwd, language: "typescript", disk: nodeDisk, warm: false });
  const cells = [
    "/** Adds two numbers.\n * @param a the left one */\nfunction add(a: number, b: number) { return a + b; }",
    "let weird = { '😀': 1, alpha: 2, beta: 'x' as 'x' | 'y' }; import * as fs from 'node:fs';",
    "class Layer { units = 3; build(shape: number[]): this { return this; } } const layer = new Layer();",
    "interface Options {\n  /** How many bits. */\n  bits: number; signed?: boolean } function quantize(o: Options) {}",
    "let loose: any = JSON.parse('{}')",
  ];
  for (const [index, cell] of cells.entries())
    expect(compiler.compile(cell, index + 1).ok).toBe(true);
});

/** Completes at the `|` in the text. */
const complete = (text: string) => {
  const cursor = [...text.slice(0, text.indexOf("|"))].length;
  return compiler.complete(text.replace("|", ""), cursor);
};

describe("completion", () => {
  test("knows members, also in code that isn't finished", { tags: "slow" }, () => {
    expect(complete("layer.|").matches).toEqual(["build", "units"]);
    expect(complete("if (true) { layer.bu|").matches).toEqual(["build"]);
    expect(complete("add(1, weird.be|").matches).toEqual(["beta"]);
    expect(complete("const f = () => {\n  return fs.readFileS|\n").matches).toEqual([
      "readFileSync",
    ]);
  });

  test("knows names of earlier cells, types among them", { tags: "slow" }, () => {
    expect(complete("ad|").matches[0]).toBe("add");
    expect(complete("lay|").matches[0]).toBe("layer");
    expect(complete("const o: Opt|").matches).toContain("Options");
    expect(complete("const own = 1; ow|").matches[0]).toBe("own");
  });

  test("knows keys of object literals and literals of unions", () => {
    expect(complete("quantize({ |").matches).toEqual(["bits", "signed"]);
    expect(complete("quantize({ bits: 3, s|").matches).toEqual(["signed"]);
    expect(complete("weird.beta = '|'").matches).toEqual(["x", "y"]);
  });

  test("knows modules, local files and what a module exports", { tags: "slow" }, () => {
    expect(complete("import x from 'node:pa|'").matches).toContain("node:path");
    expect(complete("import { helper } from './he|'").matches).toEqual(["helpers"]);
    expect(complete("import { d| } from './lib/deep'").matches).toEqual(["deep"]);
  });

  test("counts in code points", () => {
    const found = complete("'😀😀'; weird.al|pha");
    expect(found.matches).toEqual(["alpha"]);
    expect([found.cursorStart, found.cursorEnd]).toEqual([12, 17]);
  });

  test("tells the front end the kinds and places", () => {
    expect(complete("layer.bu|").entries).toEqual([
      { text: "build", type: "method", start: 6, end: 8, signature: "(shape: number[]): Layer" },
    ]);
    expect(complete("layer.un|").entries).toEqual([
      { text: "units", type: "property", start: 6, end: 8 },
    ]);
    expect(complete("ad|").entries[0]).toMatchObject({
      type: "function",
      signature: "(a: number, b: number): number",
    });
    const kinds = ["layer|", "Layer|", "fs|"].map((text) => complete(text).entries[0]?.type);
    expect(kinds).toEqual(["variable", "class", "module"]);
  });

  test("names the live object where the types know no members", () => {
    const at = (text: string) => complete(text).receiver;
    expect(at("loose.|")).toEqual({ name: "loose", slot: "loose@5", path: [] });
    expect(at("1; loose!.rows[0]['x'].na|")).toEqual({
      name: "loose",
      slot: "loose@5",
      path: ["rows", "0", "x"],
    });
    expect(at("const loose: any = 1; loose.|")?.slot).toBe("loose@5");
    expect(at("(globalThis as any).process.|")).toBeUndefined();
    expect(at("layer.|")).toBeUndefined();
    expect(at("(loose: any) => loose.|")).toBeUndefined();
    expect(at("loose().|")).toBeUndefined();
    expect(at("loose[add(1, 2)].|")).toBeUndefined();
    expect(at("'loose.|'")).toBeUndefined();
  });

  test("offers nothing inside of a comment or a string", () => {
    expect(complete("// lay|").matches).toEqual([]);
    expect(complete("'lay|'").matches).toEqual([]);
  });

  test("leaves the cells as they were", () => {
    complete("let weird = 3; weird.|");
    expect(compiler.compile("weird.alpha", 9).ok).toBe(true);
  });
});

describe("inspection", () => {
  const inspect = (text: string) => {
    const cursor = [...text.slice(0, text.indexOf("|"))].length;
    return compiler.inspect(text.replace("|", ""), cursor, 0);
  };

  test("gives a signature and its documentation, plain and as Markdown", () => {
    expect(inspect("add|")).toEqual({
      found: true,
      data: {
        "text/plain":
          "function add(a: number, b: number): number\n\nAdds two numbers.\n\nParameters:\n  a: the left one",
        "text/markdown":
          "```typescript\nfunction add(a: number, b: number): number\n```\n\nAdds two numbers.\n\n**Parameters**\n\n- `a` – the left one",
      },
    });
  });

  test("works at a name's start, middle and end, and on members", () => {
    for (const text of ["|weird", "we|ird", "weird|"]) {
      expect(inspect(text).data["text/plain"]).toContain("let weird: {");
    }
    expect(inspect("layer.build|").data["text/plain"]).toBe(
      "(method) Layer.build(shape: number[]): Layer",
    );
    expect(inspect("quantize({ bits|: 1 })").data["text/plain"]).toContain("How many bits.");
  });

  test("describes the called function inside of its parentheses", () => {
    expect(inspect("add(1, |").data["text/plain"]).toContain("add(a: number, b: number): number");
    expect(inspect("Math.max(|)").data["text/plain"]).toContain("max(...values: number[]): number");
  });

  test("finds nothing where nothing is", () => {
    expect(inspect("|")).toEqual({ found: false, data: {} });
    expect(inspect("1 + |")).toEqual({ found: false, data: {} });
    expect(inspect("unknownName|").found).toBe(false);
  });
});

test.each([
  ["1 + 1", "complete", ""],
  ["", "complete", ""],
  ["for (const x of [1]) {\n  x\n}", "complete", ""],
  ["return 1", "complete", ""],
  ["function f() {", "incomplete", "  "],
  ["class A {\n  f() {", "incomplete", "    "],
  ["foo(", "incomplete", "  "],
  ["const x =", "incomplete", ""],
  ["if (x)", "incomplete", ""],
  ["try {}", "incomplete", ""],
  ["function foo()", "incomplete", ""],
  ["`abc", "incomplete", ""],
  ["/* abc", "incomplete", ""],
  ["x =>", "incomplete", "  "],
  [")", "invalid", ""],
  ["'abc", "invalid", ""],
  ["const 1 = 2;\nfoo(", "invalid", ""],
])("isComplete tells %j to be %s", (source, status, indent) => {
  expect(compiler.isComplete(source)).toEqual({ status, indent });
});
