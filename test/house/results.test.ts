import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { measuredText, readLessons, resultsPage, withResults } from "../../scripts/results.mjs";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

describe("The results of the lessons", () => {
  const lessons = readLessons();

  it("stand in the README and in docs/results.md as the notebooks recorded them (npm run results)", () => {
    expect(read("docs/results.md")).toBe(resultsPage(lessons));
    expect(read("README.md")).toBe(withResults(read("README.md"), lessons));
  });

  it("come from every lesson that claims something, and all hold", () => {
    expect(lessons.flatMap(({ claims }) => claims).length).toBeGreaterThan(30);
    expect(lessons.filter(({ claims }) => claims.some(({ holds }) => !holds))).toEqual([]);
  });

  it("have as many digits as their intervals tell", () => {
    const claim = { statement: "", expected: "", holds: true, unit: "points" };
    const text = (measured: number, low?: number, high?: number) =>
      measuredText({
        ...claim,
        measured,
        interval: low === undefined ? null : { low, high: high! },
      });
    expect(text(7.3333, 4.995, 9.672)).toBe("7.3 (5.0 to 9.7) points");
    expect(text(-0.0333, -0.0421, -0.0245)).toBe("−0.0333 (−0.0421 to −0.0245) points");
    expect(text(40.2, 12, 68)).toBe("40 (12 to 68) points");
    expect(text(3.2e-7)).toBe("3.2e−7 points");
    expect(text(12.3456)).toBe("12.35 points");
    expect(text(0)).toBe("0 points");
  });
});
