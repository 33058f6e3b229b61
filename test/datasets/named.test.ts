import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "named-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "iris.csv");
const lines = Array.from({ length: 20 }, (_, i) => `${i},${i % 3},${i % 2 ? "odd" : "even"}`);
writeFileSync(file, ["x,class,parity", ...lines].join("\n"));

const numbers = join(folder, "numbers.csv");
writeFileSync(
  numbers,
  ["class,x", ...Array.from({ length: 9 }, (_, i) => `${i % 3},${i}`)].join("\n"),
);

const { named } = q.datasets;

describe("q.datasets.named", () => {
  it("gives a known data set with its own parts, and a CSV file split", async () => {
    const known = await named("digits");
    expect([known.train.size, known.test.size]).toEqual([1197, 600]);
    const own = await named(file, { testShare: 0.25, seed: 3 });
    expect([own.train.size, own.test.size]).toEqual([15, 5]);
    expect([own.train.xs.shape, own.train.labels]).toEqual([
      [15, 2],
      ["even", "odd"],
    ]);
    const other = await named(`${numbers}:class`);
    expect(other.train.classes).toBe(3);
    for (const part of [known, own, other]) {
      part.train.dispose();
      part.test.dispose();
    }
  });

  it("sets a share of the training part apart for validation, as split does", async () => {
    const parts = await named(file, { testShare: 0.25, seed: 3, validationShare: 0.2 });
    expect([parts.train.size, parts.validation.size, parts.test.size]).toEqual([12, 3, 5]);
    const whole = await named(file, { testShare: 0.25, seed: 3 });
    const by = whole.train.split({ testShare: 0.2, seed: 3 });
    expect(parts.validation.xs.arraySync()).toEqual(by.test.xs.arraySync());
    for (const part of [...Object.values(parts), ...Object.values(whole), by.train, by.test]) {
      part.dispose();
    }
    await expect(named("digits", { validationShare: 1 })).rejects.toThrow(
      "invalid validationShare: 1 (expected a share above 0 and below 1)",
    );
  });

  it("names the data sets there are, and the columns of a file", async () => {
    await expect(named("digit")).rejects.toThrow(
      'invalid data set: digit (expected digits, mnist, fashionMnist, cifar10 or a CSV file, as in q.datasets.named("iris.csv:species"))',
    );
    await expect(named("toString")).rejects.toThrow("invalid data set: toString");
    await expect(named(join(folder, "none.csv"))).rejects.toThrow("no such file");
    await expect(named(`${file}:petal`)).rejects.toThrow(/parity/);
  });
});
