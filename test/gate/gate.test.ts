import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { answering, any, numbered } from "../fixtures/index.js";

const size = 600;
const classes = 3;
const labels = Array.from({ length: size }, (_, i) => i % classes);
const data = numbered(labels, classes);
const right = answering(labels, classes);
/** Wrong answers for the first examples of a class. */
const wrongFor = (count: number, of: number, from = 0) =>
  labels.map((label, i) => {
    const place = Math.floor(i / classes);
    return label === of && place >= from && place < from + count ? (label + 1) % classes : label;
  });

describe("q.gate", () => {
  it("passes a version that changes nothing", () => {
    const gate = q.gate(right, right, data, { churn: 0.02, negativeFlips: 0.02, accuracy: 0.02 });
    expect(gate.verdict).toBe("passes");
    expect(gate.rows.map(({ verdict }) => verdict)).toEqual(["passes", "passes", "passes"]);
    expect(String(gate)).toBe("the gate passes: 3 limits kept");
  });

  it("stops a version whose accuracy is as good, while a class's answers have changed", () => {
    const before = answering(wrongFor(40, 1), classes);
    const now = answering(wrongFor(40, 1, 60), classes);
    expect(q.accuracy(before, data)).toBe(q.accuracy(now, data));
    const whole = q.gate(before, now, data, { accuracy: 0.1 });
    expect(whole.verdict).toBe("passes");
    const gate = q.gate(before, now, data, { accuracy: 0.1, subgroups: { churn: 0.1 } });
    expect(gate.verdict).toBe("fails");
    const failed = gate.rows.filter(({ verdict }) => verdict === "fails");
    expect(failed.map(({ group }) => group)).toEqual(["1"]);
    expect(failed[0]!["measured (%)"]).toBeCloseTo(40, 10);
    expect(String(gate)).toContain("the gate fails: changed answers (1) 40.0 %");
  });

  it("says that the data are too few, and how many would do", () => {
    const few = numbered(labels.slice(0, 30), classes);
    const model = answering(labels.slice(0, 30), classes);
    const gate = q.gate(model, model, few, { churn: 0.02 });
    expect(gate.verdict).toBe("too few data");
    const needed = gate.rows[0]!["would do"];
    // The rule: with nothing changed the upper end is 1 − 0.025^(1/n).
    const exact = Math.ceil(Math.log(0.025) / Math.log(0.98));
    expect(needed).toBeGreaterThanOrEqual(exact);
    expect(needed).toBeLessThanOrEqual(1.02 * exact + 1);
    expect(String(gate)).toContain(`${needed} examples would do`);
    const enough = answering(labels.slice(0, needed), classes);
    const more = q.gate(enough, enough, numbered(labels.slice(0, needed), classes), {
      churn: 0.02,
    });
    expect(more.verdict).toBe("passes");
    // Half of the limit is measured exactly: no number of examples would tell.
    const half = labels.map((label, i) => (i % 10 === 0 ? (label + 1) % classes : label));
    const near = q.gate(right, answering(half, classes), data, { churn: 0.1 });
    expect(near.rows[0]!["would do"]).toBe(Number.POSITIVE_INFINITY);
    expect(String(near)).toContain("no number of examples would do");
  });

  it("holds all verdicts together: more limits make wider intervals", () => {
    const now = answering(wrongFor(20, 0), classes);
    const width = (options: q.GateOptions) => {
      const [row] = q.gate(right, now, data, options).rows;
      return row!["high (%)"] - row!["low (%)"];
    };
    const alone = width({ churn: 0.2 });
    expect(width({ churn: 0.2, accuracy: 0.2, subgroups: { churn: 0.2 } })).toBeGreaterThan(alone);
    expect(width({ churn: 0.2, confidence: 0.5 })).toBeLessThan(alone);
  });

  it("refuses a call without limits, limits that are no shares, and other classes", () => {
    const other = answering(labels, 4);
    const cases: [() => unknown, string][] = [
      [() => q.gate(right, right, data, {}), "invalid limits: none (expected what may change"],
      [() => q.gate(right, right, data, any(undefined)), "invalid limits: none"],
      [() => q.gate(right, right, data, { churn: 5 }), "invalid churn: 5"],
      [() => q.gate(right, right, data, { subgroups: { accuracy: -1 } }), "invalid accuracy: -1"],
      [() => q.gate(right, right, data, { subgroups: any({ chrun: 1 }) }), "did you mean churn?"],
      [() => q.gate(right, other, data, { churn: 0.1 }), "3 classes"],
    ];
    for (const [call, message] of cases) expect(call).toThrow(message);
  });
});
