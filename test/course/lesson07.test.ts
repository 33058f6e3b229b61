import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { names } from "../../src/estimators/index.js";
import record from "../recorded/mnistEstimators.json" with { type: "json" };

const notebook = new URL("../../notebooks/07-which-gradient-is-right.ipynb", import.meta.url);
const { cells } = JSON.parse(readFileSync(notebook, "utf8")) as { cells: { source: string[] }[] };
const source = cells.map((cell) => cell.source.join("")).join("\n");

it("lesson 07 carries the accuracies of the recorded race, seed by seed, for each estimator", () => {
  expect(record.plan.seeds).toEqual([1, 2, 3, 4]);
  for (const name of names()) {
    const measured = record.rows.filter(({ setting }) => setting === name).map(({ QAT }) => QAT);
    expect(measured).toHaveLength(record.plan.seeds.length);
    const [, literal = ""] = source.match(new RegExp(`^  ${name}: \\[(.*)\\],$`, "m")) ?? [];
    expect(literal.split(", ").map(Number), name).toEqual(
      measured.map((accuracy) => Number(accuracy.toFixed(2))),
    );
  }
});
