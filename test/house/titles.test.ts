import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../", import.meta.url));

/** A title of a test or a group of tests. */
interface Title {
  text: string;
  /** Whether no group is around it, so that it is read alone. */
  alone: boolean;
}

/** The name of the function that a call begins with, as in `it` for `it.each(cases)(title, test)`. */
function calledIn(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) {
    return calledIn(node.expression);
  }
  return undefined;
}

function titlesIn(source: string): Title[] {
  const titles: Title[] = [];
  const visit = (node: ts.Node, alone: boolean): void => {
    const called = ts.isCallExpression(node) ? calledIn(node.expression) : undefined;
    const [title] = ts.isCallExpression(node) ? node.arguments : [];
    if ((called === "describe" || called === "it") && title && ts.isStringLiteralLike(title)) {
      titles.push({ text: title.text, alone: alone && called === "it" });
    }
    ts.forEachChild(node, (child) => visit(child, alone && called !== "describe"));
  };
  visit(ts.createSourceFile("test.ts", source, ts.ScriptTarget.Latest), true);
  return titles;
}

/** Verbs and prepositions with which a title begins that lacks its subject. */
const subjectless =
  /^(is|are|has|have|can|may|adds|absorbs|compiles|computes|counts|draws|finds|follows|frees|gives|holds|keeps|knows|leaves|makes|masks|measures|prunes|reads|refuses|returns|rounds|runs|says|shows|stops|takes|trains|writes|of|with|by)\b/;

const problemsIn = (source: string) =>
  titlesIn(source)
    .filter(({ text, alone }) => /^what\b(?!.*\?)/i.test(text) || (alone && subjectless.test(text)))
    .map(({ text }) => text);

describe("The titles of tests", () => {
  it.each([
    ['it("refuses other bits", () => {});', ["refuses other bits"]],
    ['it.each(cases)("takes %s", () => {});', ["takes %s"]],
    ['describe("what is learned", () => {});', ["what is learned"]],
    ['describe("bits", () => { it("are integers", () => {}); });', []],
    ['it("a model refuses other bits", () => {});', []],
  ])("are judged in %s", (source, problems) => {
    expect(problemsIn(source)).toEqual(problems);
  });

  it("have a subject, in all tests", { tags: "slow" }, () => {
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const tests = paths.filter((path) => path.endsWith(".test.ts"));
    expect(tests.length).toBeGreaterThan(100);
    const problems = tests.flatMap((path) =>
      problemsIn(readFileSync(join(folder, path), "utf8")).map((text) => `${path}: ${text}`),
    );
    expect(problems).toEqual([]);
  });
});
