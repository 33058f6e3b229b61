import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/**
 * Stock tslab doesn't see `{ epochs }` of an earlier cell's `epochs` (a ReferenceError there), so that the
 * lessons write `epochs: epochs`. Found in the cells' syntax, since running them all takes minutes.
 */
function shorthands(cells: string[]): string[] {
  const earlier = new Set<string>();
  return cells.flatMap((source) => {
    const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isShorthandPropertyAssignment(node)) {
        const { text } = node.name;
        if (earlier.has(text) && !hidden(node, text)) found.push(text);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    for (const name of file.statements.flatMap(declared)) earlier.add(name);
    return found;
  });
}

/** Whether a function or block around the node, or its own cell, has a variable of this name. */
function hidden(node: ts.Node, name: string): boolean {
  for (let at = node.parent; at; at = at.parent) {
    const names = ts.isFunctionLike(at)
      ? at.parameters.flatMap((parameter) => bound(parameter.name))
      : ts.isBlock(at) || ts.isSourceFile(at)
        ? at.statements.flatMap(declared)
        : (ts.isForStatement(at) || ts.isForOfStatement(at)) &&
            at.initializer &&
            ts.isVariableDeclarationList(at.initializer)
          ? at.initializer.declarations.flatMap((one) => bound(one.name))
          : [];
    if (names.includes(name)) return true;
  }
  return false;
}

function declared(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((one) => bound(one.name));
  }
  const { name } = statement as { name?: ts.Identifier };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

function bound(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) => (ts.isBindingElement(one) ? bound(one.name) : []));
}

const root = new URL("../../notebooks", import.meta.url).pathname;
const lessons = readdirSync(root, { recursive: true })
  .map(String)
  .filter((path) => path.endsWith(".ipynb") && !path.includes("checkpoint"));

describe("the lessons' cells", () => {
  it.each(lessons)("%s runs on stock tslab: no shorthand of an earlier cell's variable", (path) => {
    const { cells } = JSON.parse(readFileSync(join(root, path), "utf8"));
    const code = cells.filter(({ cell_type }: { cell_type: string }) => cell_type === "code");
    expect(shorthands(code.map(({ source }: any) => [source].flat().join("")))).toEqual([]);
  });

  it("are searched by scope: a parameter or a variable of the same cell may be written short", () => {
    const first = "const epochs = 3; const [a, { b }] = list;";
    expect(shorthands([first, "fit({ epochs, seed: 1 }); f({ a: a, b })"])).toEqual([
      "epochs",
      "b",
    ]);
    expect(shorthands([first, "const run = (epochs) => ({ epochs });"])).toEqual([]);
    expect(shorthands([first, "for (const a of []) { const b = 1; f({ a, b }); }"])).toEqual([]);
    expect(shorthands(["const epochs = 3; fit({ epochs });"])).toEqual([]);
  });
});
