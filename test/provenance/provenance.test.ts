import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { contradicted } from "../../src/provenance/labelErrors.js";
import { nearPairs } from "../../src/provenance/neighbours.js";
import { any, digits, generator, trainedMlp, whole } from "../fixtures/index.js";

const { tf, provenance } = q;
let train: q.Dataset;
let test: q.Dataset;
beforeAll(async () => {
  const parts = await digits();
  train = parts.train.take(400);
  test = parts.test.take(150);
});
afterAll(() => {
  for (const data of [train, test]) data.dispose();
});

const description = {
  description: "Handwritten digits.",
  url: "https://doi.org/10.24432/C50P49",
  datePublished: "1998-07-01",
  file: {
    name: "digits.bin",
    contentUrl: "digits.bin",
    encodingFormat: "application/octet-stream",
  },
};

describe("q.provenance.croissant", () => {
  it("describes name, licence, file, classes, parts and examples", () => {
    const card = provenance.croissant({ train, test }, description) as Record<string, any>;
    expect(card.name).toBe("Optical_Recognition_of_Handwritten_Digits");
    expect(card.license).toBe("https://creativecommons.org/licenses/by/4.0/");
    expect(card.conformsTo).toBe("http://mlcommons.org/croissant/1.0");
    expect(card.distribution[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    const [classes, parts, examples] = card.recordSet;
    expect(classes.data).toHaveLength(10);
    expect(parts.data[1]).toMatchObject({ "parts/name": "test", "parts/examples": 150 });
    expect(examples.field[0].description).toBe("The values of an example, 8 × 8 × 1.");
  });

  it("is the description that MLCommons' mlcroissant found without a fault", async () => {
    const golden = JSON.parse(
      readFileSync(new URL("../golden/croissant.json", import.meta.url), "utf8"),
    ) as { description: object; errors: string[]; warnings: string[]; records: object };
    const parts = await digits();
    expect(provenance.croissant({ ...parts }, description)).toEqual(golden.description);
    expect([golden.errors, golden.warnings]).toEqual([[], []]);
    expect(golden.records).toEqual({ classes: 10, parts: 2 });
  });

  it("refuses a description without an entry, and parts that don't belong together", () => {
    const { croissant } = provenance;
    const other = q.dataset([[1], [2]], [0, 1]);
    const cases: [() => unknown, string][] = [
      [() => croissant({}, description), "invalid parts: none"],
      [() => croissant({ train }, any(undefined)), "invalid description: undefined"],
      [() => croissant({ train }, { ...description, url: "" }), "invalid url: "],
      [() => croissant({ other }, description), "invalid file.sha256: undefined"],
      [() => croissant({ train, other }, description), "invalid other: examples of shape [1]"],
      [() => croissant({ train: any(train.xs) }, description), "invalid train: Tensor"],
    ];
    for (const [call, message] of cases) expect(call).toThrow(message);
  });
});

describe("q.provenance.duplicates", () => {
  it("finds exact and near duplicates within and between parts, and nothing else", () => {
    const copies = tf.tidy(() => {
      const nearly = test.xs.slice(3, 2).add(q.random.uniform([2, 8, 8, 1], { seed: 1 }).mul(0.05));
      return tf.concat([train.xs.slice(5, 2), nearly as q.tf.Tensor]);
    }) as q.tf.Tensor;
    const others = new q.Dataset(copies, tf.tensor1d([0, 0, 0, 0], "int32"), {
      classes: 10,
      provenance: { name: "copies", source: "made up", licence: "CC0" },
    });
    const parts = { train, test, others };
    const found = provenance.duplicates(parts);
    const between = (one: string, other: string) =>
      found.between(one, other).map((row) => [row.example, row["other example"], row.kind]);
    expect(between("train", "others")).toEqual([
      [5, 0, "exact"],
      [6, 1, "exact"],
    ]);
    expect(
      between("test", "others")
        .map(([a, b, kind]) => `${a} ${b} ${kind}`)
        .sort(),
    ).toEqual(["3 2 near", "4 3 near"]);
    expect(found.complete).toBe(true);
    expect(String(found)).toContain("2 exact and ");
    expect(found.figure.alt).toContain("train 5, others 0");
    expect(provenance.duplicates(parts, { near: 0 }).rows).toHaveLength(2);
    others.dispose();
  });

  it("compares in a model's features too", { tags: "slow" }, async () => {
    const features = await trainedMlp();
    const again = train.take(3);
    const found = provenance.duplicates({ train, again }, { near: 0, features });
    expect(found.between("train", "again").length).toBeGreaterThanOrEqual(3);
    again.dispose();
  });

  it("finds every near pair that comparing all pairs finds", () => {
    const random = generator(4);
    const [count, each] = [300, 20];
    const values = Float32Array.from({ length: count * each }, () => random());
    for (const within of [1.2, 1.4]) {
      const all: string[] = [];
      for (let a = 0; a < count; a++) {
        for (let b = a + 1; b < count; b++) {
          let sum = 0;
          for (let k = 0; k < each; k++)
            sum += (values[a * each + k]! - values[b * each + k]!) ** 2;
          if (Math.sqrt(sum) <= within) all.push(`${a} ${b}`);
        }
      }
      const { pairs, complete } = nearPairs(values, each, { within, most: 1e6 });
      expect(pairs.map(({ a, b }) => `${a} ${b}`).sort()).toEqual(all.sort());
      expect(all.length).toBeGreaterThan(10);
      expect(complete).toBe(true);
    }
    const few = nearPairs(values, each, { within: 3, most: 10 });
    expect([few.pairs.length, few.complete]).toEqual([10, false]);
  });

  it("searches many images in bounded memory", { tags: "slow" }, () => {
    const random = generator(6);
    const [count, each] = [whole ? 60_000 : 2000, 784];
    const values = new Float32Array(count * each);
    for (let i = 0; i < count; i++) {
      // A blot at a place by chance, as digits have their ink together.
      const [cx, cy, wide] = [8 + 12 * random(), 8 + 12 * random(), 2 + 3 * random()];
      for (let k = 0; k < each; k++) {
        const [x, y] = [k % 28, Math.floor(k / 28)];
        const far = ((x - cx) ** 2 + (y - cy) ** 2) / wide ** 2;
        values[i * each + k] = Math.exp(-far) + 0.1 * random();
      }
    }
    for (let i = 1; i <= 20; i++) values.copyWithin((count - i) * each, i * each, (i + 1) * each);
    const start = performance.now();
    const { pairs } = nearPairs(values, each, { within: 1, most: 10_000 });
    if (whole) console.log(`${count} images: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    expect(pairs.filter(({ distance }) => distance === 0)).toHaveLength(20);
  });

  it("refuses parts without names, and of other shapes", () => {
    const { duplicates } = provenance;
    expect(() => duplicates(any(train))).toThrow("invalid parts: none by name");
    expect(() => duplicates({ train }, { near: 1 })).toThrow("invalid near: 1");
    const other = q.dataset([[1], [2]], [0, 1]);
    expect(() => duplicates({ train, other })).toThrow("invalid other: examples of shape [1]");
  });
});

describe("confident learning", () => {
  it("finds the labels that cleanlab finds", () => {
    const golden = JSON.parse(
      readFileSync(new URL("../golden/label_errors.json", import.meta.url), "utf8"),
    ) as { classes: number; labels: number[]; probabilities: number[]; found: number[] };
    const found = contradicted(golden.probabilities, golden.labels, golden.classes);
    const examples = found.map(({ example }) => example);
    expect(examples.toSorted((a, b) => a - b)).toEqual(golden.found);
    const margins = found.map(({ margin }) => margin);
    expect(margins).toEqual(margins.toSorted((a, b) => b - a));
  });

  it("finds labels that were changed", { tags: "slow" }, async () => {
    const few = train.take(240);
    const labels = [...few.ys.dataSync()];
    const changed = [10, 50, 90, 130, 170, 210];
    for (const i of changed) labels[i] = (labels[i]! + 5) % 10;
    const data = q.dataset(few.xs, labels, { classes: 10 });
    const found = await provenance.labelErrors(data, { folds: 3 });
    const examples = found.rows.map(({ example }) => example);
    expect(changed.filter((i) => examples.includes(i)).length).toBeGreaterThanOrEqual(5);
    expect(found.rows.length).toBeLessThan(60);
    expect(found.figure.alt).toContain("Labels that a model contradicts");
    few.dispose();
    await expect(provenance.labelErrors(any(train.xs))).rejects.toThrow("invalid data: Tensor");
    data.dispose();
  });
});

describe("q.provenance.checkData", () => {
  const result = (parts: Record<string, q.Dataset>) =>
    Object.fromEntries(
      provenance
        .checkData(parts)
        .rows.map(({ check, result, found }) => [check, `${result}: ${found}`]),
    );

  it("says what to look at: constant features, missing classes, duplicates", () => {
    const calibration = train.take(12);
    const found = result({ train, calibration, test });
    expect(found["values that aren't finite"]).toBe("ok: none");
    expect(found["features that never change"]).toMatch(/^look: \d+ of 64: 0/);
    expect(found.classes).toMatch(/^look: calibration lacks class/);
    expect(found["shares of classes"]).toBe("ok: alike in all parts");
    expect(found.duplicates).toBe("look: train and calibration: 12");
    expect(provenance.checkData({ train, test }).ok).toBe(false);
    calibration.dispose();
  });

  it("finds broken values and uneven classes, and nothing where there is nothing", () => {
    const random = generator(2);
    const make = (classes: number[], broken = false) =>
      q.dataset(
        tf.tensor2d(classes.map((_, i) => [random(), broken && i === 1 ? Number.NaN : random()])),
        classes,
        { classes: 2 },
      );
    const even = Array.from({ length: 200 }, (_, i) => i % 2);
    const one = make(even);
    expect(provenance.checkData({ one, two: make(even) }).ok).toBe(true);
    const uneven = make(even.map((_, i) => Number(i % 5 === 0)));
    expect(result({ one, uneven })["shares of classes"]).toMatch(/^look: uneven has other shares/);
    const broken = new q.Dataset(
      tf.tensor2d([
        [1, Number.NaN],
        [0, 1],
      ]),
      tf.tensor1d([0, 1], "int32"),
      {
        classes: 2,
        provenance: { name: "broken", source: "made up", licence: "CC0" },
      },
    );
    const found = result({ one, broken });
    expect(found["values that aren't finite"]).toBe("look: broken: 1");
    expect(found.duplicates).toContain("not looked for");
  });
});
