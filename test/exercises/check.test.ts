import { beforeEach, describe, expect, it } from "vitest";
import { displaySymbol } from "../../src/display/index.js";
import { lessons } from "../../src/exercises/lessons.js";
import * as q from "../../src/index.js";
import { exerciseMimeType } from "../../src/mimeTypes/index.js";

const { check, restart, question } = q.exercises;

beforeEach(() => restart());

describe("q.exercises.check", () => {
  it("gives the next hint with each wrong answer, and the last one from then on", () => {
    const hints = lessons["06"]![1]!.hints;
    const given = [0.01, 0.01, 0.02, 0.02].map((answer) => check("06.2", answer));
    expect(given.map(({ hint }) => hint)).toEqual([...hints, hints.at(-1)]);
    expect(given.map(({ attempts }) => attempts)).toEqual([1, 2, 3, 4]);
  });

  it("gives a mistake's own hint first, and the general ones when it is made again", () => {
    const { hints } = lessons["06"]![1]!;
    expect(check("06.2", 69).hint).toContain("divide percent by 100");
    expect(check("06.2", 69).hint).toBe(hints[0]);
    expect(check("06.2", 0.7).right).toBe(true);
  });

  it("counts each exercise for itself, until it is restarted", () => {
    expect(check("06.2", 0.1).attempts).toBe(1);
    expect(check("06.3", () => 0).attempts).toBe(1);
    restart("06.2");
    expect(check("06.2", 0.1).attempts).toBe(1);
    expect(check("06.3", () => 0).attempts).toBe(2);
  });

  it("says what is wrong, not what is right", () => {
    expect(check("06.2", 0.2).message).toBe("0.2 is too small");
    expect(check("06.2", "much").message).toBe('a number is asked for, not the text "much"');
    expect(check("06.2", Promise.resolve(1)).message).toContain("await it first");
    expect(check("06.1", { worse: "W2A8", ptq: 40 }).message).toBe("qat: still to be answered");
    expect(check("06.1", { worse: "W3A3", ptq: 40, qat: 1 }).message).toBe(
      'worse: one of "W2A8", "W8A2" is asked for, not the text "W3A3"',
    );
    expect(check("06.1", { worst: "W2A8" }).message).toBe(
      "there is no worst in { worse, ptq, qat }",
    );
    expect(
      check("06.3", (a: number[], b: number[]) => {
        if (a.length !== b.length) throw new RangeError("not alike");
        const se = (v: number[]) => {
          const mean = v.reduce((x, y) => x + y) / v.length;
          return Math.sqrt(v.reduce((x, y) => x + (y - mean) ** 2, 0) / (v.length - 1) / v.length);
        };
        return Math.hypot(se(a), se(b));
      }).message,
    ).toBe("on more runs of one than of the other it throws RangeError: not alike");
  });

  it("takes a function written another way, and one that changes its arguments", () => {
    const variance = (values: number[]) => {
      const centre = values.reduce((a, b) => a + b, 0) / values.length;
      let sum = 0;
      while (values.length > 0) sum += (values.pop()! - centre) ** 2;
      return sum;
    };
    const answer = (ptq: number[], qat: number[]) => {
      const [n, m] = [ptq.length, qat.length];
      return Math.sqrt(variance(ptq) / (n - 1) / n + variance(qat) / (m - 1) / m);
    };
    expect(check("06.3", answer).right).toBe(true);
    expect(check("06.3", () => undefined).state).toBe("open");
  });

  it("shows itself as a line with a tick or a cross, and as data", () => {
    const bundle = check("06.2", "<b>")[displaySymbol]();
    expect(bundle["text/plain"]).toMatch(/^✗ 06\.2: a number .*\n {2}Hint: The gain/);
    expect(bundle["text/html"]).toContain("&lt;b&gt;");
    expect(bundle[exerciseMimeType]).toMatchObject({ id: "06.2", state: "wrong", attempts: 1 });
    expect(check("06.2", 0.7)[displaySymbol]()["text/plain"]).toMatch(/^✓ 06\.2: Most of/);
  });

  it("names the exercises there are", () => {
    for (const id of ["06.4", "06.0", "06.01", "06.1.1"]) {
      expect(() => check(id, 1)).toThrow(
        `invalid exercise: ${id} (expected "06.1", "06.2", "06.3")`,
      );
    }
    expect(() => question("toString")).toThrow(/expected an exercise of lesson .*06/);
    expect(() => restart("6.1")).toThrow("invalid exercise: 6.1");
  });
});
