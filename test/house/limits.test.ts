import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { techniquesTable, withTables } from "../../scripts/limits.mjs";

it("docs/limits.md has the tables of today's limits (npm run limits draws them)", () => {
  const page = readFileSync(new URL("../../docs/limits.md", import.meta.url), "utf8");
  expect(page).toBe(withTables(page));
});

it("the table of techniques has a column for what isn't right everywhere, and names the others", () => {
  const right = { prepare: "right", prune: "right" } as const;
  const lines = techniquesTable({
    Dense: { ...right, equalize: "right" },
    LSTM: { ...right, equalize: { refused: "cannot equalize" } },
    Conv1D: { ...right, equalize: "right" },
    branches: { ...right, equalize: { leaves: ["`left`", "Dense"] } },
  }).split("\n");
  expect(lines).toEqual([
    "| Models | `equalize` |",
    "|---|---|",
    "| Dense; Conv1D | ✓ |",
    "| LSTM | refused |",
    "| branches | not `left`, Dense |",
    "",
    "All of these models go through `q.prepare` and `q.compression.prune` with all of their kernels.",
  ]);
});
