import { beforeEach, describe, expect, it } from "vitest";
import { lessons } from "../../src/exercises/lessons.js";
import * as q from "../../src/index.js";

const all = Object.entries(lessons).flatMap(([lesson, exercises]) =>
  exercises.map((exercise, i) => ({ id: `${lesson}.${i + 1}`, exercise })),
);

beforeEach(() => q.exercises.restart());

describe.each(all)("exercise $id", ({ id, exercise }) => {
  it("takes its solution, and says what to remember", () => {
    const verdict = q.exercises.check(id, exercise.solution);
    expect(`${verdict.state}: ${verdict.message}`).toBe(`right: ${exercise.remark}`);
    expect(verdict.hint).toBe("");
  });

  it("has mistakes that people make, each wrong with a hint of its own", () => {
    expect(exercise.mistakes.length).toBeGreaterThan(0);
    for (const { answer, hint } of exercise.mistakes) {
      q.exercises.restart(id);
      const verdict = q.exercises.check(id, answer);
      expect(verdict.state).toBe("wrong");
      expect(verdict.hint).toBe(hint);
    }
  });

  it("shows its question while there is no answer, and counts no attempt", () => {
    const verdict = q.exercises.check(id, undefined);
    expect(verdict).toMatchObject({ state: "open", message: exercise.question, attempts: 0 });
  });

  it("doesn't give its solution away in a hint", () => {
    const { solution, hints, mistakes } = exercise;
    if (typeof solution !== "number") return;
    for (const hint of [...hints, ...mistakes.map(({ hint }) => hint)]) {
      expect(hint.match(/\d+(\.\d+)?/g) ?? []).not.toContain(String(solution));
    }
  });
});
