import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

/** The entry's type, key and fields. It has one field a line. */
function parse(bibtex: string) {
  const [, type = "", key = "", body = ""] = /^@(\w+)\{(\w+),\n([\s\S]*)\}$/.exec(bibtex) ?? [];
  const lines = body.trimEnd().split("\n");
  const fields = lines.map((line) => /^ {2}(\w+) = \{(.+)\},$/.exec(line)!.slice(1));
  return { type, key, fields: Object.fromEntries(fields) as Record<string, string> };
}
const cite = (name: q.estimators.EstimatorName) => q.estimators.get(name).cite();
const known = q.estimators.names().filter((name) => cite(name).startsWith("@"));

describe("The citation of an estimator", () => {
  it("is a BibTeX entry of the paper that its source names", () => {
    const papers = q.estimators
      .names()
      .filter((name) => q.estimators.get(name).source.includes("arXiv:"));
    expect(known).toEqual(papers);
    expect(known.length).toBeGreaterThan(9);
    const entries = known.map((name) => parse(cite(name)));
    expect(new Set(entries.map(({ key }) => key)).size).toBe(known.length);
    for (const [i, { type, fields }] of entries.entries()) {
      const { source } = q.estimators.get(known[i]!);
      const [, author, year, arxiv] = /^(\S+) et al\. (\d{4}), arXiv:([\d.]+)/.exec(source)!;
      expect(fields.eprint).toBe(arxiv);
      expect(fields.author!.replace("{\\'e}", "é").split(",")[0]).toBe(author);
      // The first version on arXiv is at most two years older than the paper.
      expect(Math.abs(Number(fields.year) - Number(year))).toBeLessThanOrEqual(2);
      expect(Boolean(fields.booktitle ?? fields.journal)).toBe(type !== "misc");
      for (const value of Object.values(fields)) {
        let depth = 0;
        for (const letter of value) depth += letter === "{" ? 1 : letter === "}" ? -1 : 0;
        expect(depth).toBe(0);
      }
    }
  });

  it("is that of the paper for an estimator with options, and the source in words where there is no paper", () => {
    expect(q.estimators.get({ name: "dsq", alpha: 0.1 }).cite()).toBe(cite("dsq"));
    expect(cite("none")).toBe("% none has no paper of its own: the derivative of a step function");
    const own = Object.freeze({
      name: "cited",
      source: "lesson 07",
      backward: ({ dy }: q.estimators.BackwardInput) => ({ x: dy }),
    });
    q.estimators.register(own);
    expect(q.estimators.get("cited").cite()).toBe("% cited has no paper of its own: lesson 07");
  });

  it("isn't part of an estimator that is copied", () => {
    expect(Object.keys({ ...q.estimators.get("lsq") })).not.toContain("cite");
    expect(q.estimators.get("lsq")).toBe(q.estimators.get("lsq"));
  });
});
