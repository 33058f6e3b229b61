import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { pairedShare } from "../../src/statistics/index.js";
import { answering, any, digits, generator, numbered, trainedMlp } from "../fixtures/index.js";

const { subgroups } = q.analysis;
const labels = [0, 1, 2, 0, 1, 2, 0, 1];
const data = numbered(labels);
const right = answering(labels);
const worse = answering([0, 2, 1, 0, 0, 2, 1, 1]); // wrong at 1, 2, 4, 6

describe("q.analysis.subgroups", () => {
  it("counts accuracy and its change in each class", () => {
    const groups = subgroups({ float: right, worse }, data);
    expect(groups.rows.map(({ group, examples }) => [group, examples])).toEqual([
      ["0", 3],
      ["1", 3],
      ["2", 2],
    ]);
    const changes = groups.rows.map((row) => Math.round(row["change (points)"]));
    expect(changes).toEqual([-33, -67, -50]);
    expect(groups.rows[1]!["accuracy (%)"]).toBeCloseTo(100 / 3, 10);
    expect(groups.worst.group).toBe("1");
    // Two of two lost: p = 0.5, which Holm's correction takes to 1.
    expect(groups.rows.map(({ p }) => p)).toEqual([1, 1, 1]);
    expect(groups.shown).toEqual([]);
    expect(String(groups)).toContain("66.7 points (worse, 1); no change is shown");
    expect(groups.disagreements("worse")).toEqual([1, 2, 4, 6]);
  });

  it("takes several models under a name as an ensemble, by its majority", () => {
    const groups = subgroups({ float: right, ensemble: [worse, right, right] }, data);
    expect(groups.disagreements("ensemble")).toEqual([]);
    const against = subgroups({ float: [right, right], ensemble: [worse, worse, right] }, data);
    expect(against.disagreements("ensemble")).toEqual([1, 2, 4, 6]);
  });

  it("groups by texts or in quarters of numbers, and by its own measures", () => {
    const odd = subgroups({ a: right, b: worse }, data, {
      by: ({ index }) => (index % 2 ? "odd" : "even"),
    });
    expect(odd.rows.map(({ group, examples }) => [group, examples])).toEqual([
      ["even", 4],
      ["odd", 4],
    ]);
    const quarters = subgroups({ a: right, b: worse }, data, { by: ({ index }) => index });
    expect(quarters.rows.map(({ examples }) => examples)).toEqual([2, 2, 2, 2]);
    const alike = subgroups({ a: right, b: worse }, data, { by: "ink" });
    expect(alike.rows.map(({ group }) => group)).toEqual(["ink: highest quarter"]);
  });

  it("shows the examples that are answered otherwise as images", { tags: "slow" }, async () => {
    const { train, test } = await digits();
    const model = await trainedMlp();
    const scheme = q.scheme({ weights: q.int(2), activations: q.uint(2) });
    const ptq = await q.quantize(model, scheme, { calibration: train.take(64) });
    for (const by of ["class", "ink", "size", "distance"] as const) {
      const groups = subgroups({ float: model, ptq }, test, { by });
      const sizes = groups.rows.map(({ examples }) => examples);
      expect(sizes.reduce((a, b) => a + b)).toBe(test.size);
      // Equal sizes stay together, which can leave fewer than four groups.
      expect(groups.rows.length).toBeGreaterThan(1);
      expect(groups.rows.length).toBeLessThanOrEqual(by === "class" ? 10 : 4);
      const { alt, spec } = groups.images("ptq");
      expect(alt).toMatch(/^Examples that ptq answers otherwise: 8 of \d+/);
      expect((spec.layout.annotations as unknown[]).length).toBe(8);
    }
  });

  it("refuses what it can't group", () => {
    const cases: [() => unknown, string][] = [
      [() => subgroups({ a: right }, data), "invalid models: 1 (expected a reference and others"],
      [() => subgroups({ a: right, b: worse }, data, { by: any("colour") }), "invalid by: colour"],
      [
        () => subgroups({ a: right, b: worse }, data, { by: () => Number.NaN }),
        "invalid by: NaN for",
      ],
      [
        () => subgroups({ a: right, b: worse }, data, { by: any(() => null) }),
        "invalid by: null for",
      ],
      [
        () => subgroups({ a: right, b: worse }, numbered([0, 1, 0, 1, 0, 1, 0, 1])),
        "invalid data: no example of class 2 (expected examples of every class",
      ],
      [() => subgroups({ a: right, b: right }, data).images("b"), "examples of shape [8]"],
      [() => subgroups({ a: right, b: right }, data).images("a"), "invalid model: a"],
    ];
    for (const [call, message] of cases) expect(call).toThrow(message);
  });
});

describe("the interval of a paired difference", () => {
  it("is Agresti and Min's", () => {
    const { cases } = JSON.parse(
      readFileSync(new URL("../golden/paired_shares.json", import.meta.url), "utf8"),
    ) as { cases: [number, number, number, number, number, number][] };
    for (const [won, lost, of, confidence, low, high] of cases) {
      const found = pairedShare({ won, lost, of }, confidence);
      expect(found.low).toBeCloseTo(low, 12);
      expect(found.high).toBeCloseTo(high, 12);
      expect(found.difference).toBe((won - lost) / of);
    }
  });

  it("contains the true difference as often as it says", () => {
    const random = generator(3);
    let inside = 0;
    for (let run = 0; run < 2000; run++) {
      let [won, lost] = [0, 0];
      for (let i = 0; i < 60; i++) {
        const draw = random();
        if (draw < 0.04) won++;
        else if (draw < 0.16) lost++;
      }
      const { low, high } = pairedShare({ won, lost, of: 60 });
      if (low <= -0.08 && high >= -0.08) inside++;
    }
    expect(inside / 2000).toBeGreaterThan(0.94);
    expect(inside / 2000).toBeLessThan(0.98);
  });
});
