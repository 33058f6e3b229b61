import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { lessons } from "../../src/exercises/lessons.js";
import { exerciseMimeType } from "../../src/exercises/verdict.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "notebooks", "solutions");
const notebooks = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

interface Output {
  data?: { [exerciseMimeType]?: { id: string; state: string; message: string } };
}

/** The state of each exercise that a notebook's outputs show. */
function states(path: string): Record<string, string> {
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as { cells: { outputs?: Output[] }[] };
  const verdicts = cells
    .flatMap(({ outputs = [] }) => outputs)
    .flatMap(({ data }) => data?.[exerciseMimeType] ?? []);
  return Object.fromEntries(verdicts.map(({ id, state }) => [id, state]));
}

function allRight(lesson: string): Record<string, string> {
  return Object.fromEntries(lessons[lesson]!.map((_, i) => [`${lesson}.${i + 1}`, "right"]));
}

it("each lesson with exercises has a notebook of solutions", () => {
  expect(notebooks.map((name) => name.slice(0, 2)).sort()).toEqual(Object.keys(lessons).sort());
});

it.each(notebooks)("the solutions in %s are right, each exercise's", (name) => {
  const out = mkdtempSync(join(tmpdir(), "qatlab-solutions-"));
  try {
    const program = join(root, "scripts", "qatlab.mjs");
    const args = [program, "run", join(folder, name), "--out", out];
    const env = { ...process.env, QATLAB_FAST: "1" };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: root,
      env,
      encoding: "utf8",
    });
    expect(status, stdout + stderr).toBe(0);
    expect(states(join(out, name))).toEqual(allRight(name.slice(0, 2)));
    // And so they stand in the committed copy, with their outputs.
    expect(states(join(folder, name))).toEqual(allRight(name.slice(0, 2)));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
