import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { any } from "../fixtures/index.js";

const { tf } = q;
const folder = await mkdtemp(join(tmpdir(), "qatlab-own-"));
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function csv(text: string): Promise<string> {
  const path = join(folder, `table${files++}.csv`);
  await writeFile(path, text);
  return path;
}
const values = (tensor: q.tf.Tensor) => Array.from(tensor.dataSync());

describe("q.dataset", () => {
  it("numbers the names of classes in alphabetical order, or in the order given", () => {
    const rows = [[1, 2], [3, 4], [5, 6]]; // biome-ignore format: a row is an example
    const names = ["pear", "apple", "pear"];
    const data = q.dataset(rows, names);
    expect([data.labels, values(data.ys), data.classes]).toEqual([["apple", "pear"], [1, 0, 1], 2]);
    const own = q.dataset(rows, names, { labels: ["pear", "apple", "fig"] });
    expect([own.labels!.length, values(own.ys), own.classes]).toEqual([3, [0, 1, 0], 3]);
    expect(String(own)).toContain("3 classes (pear, apple, fig)");
  });

  it("takes whole numbers for classes and others for numbers to predict, as scikit-learn does", () => {
    const xs = [1, 2, 3];
    const classes = q.dataset(xs, [0, 2, 1]);
    expect([classes.classes, classes.ys.dtype, classes.xs.shape]).toEqual([3, "int32", [3, 1]]);
    const numbers = q.dataset(xs, [0.5, 2, 1]);
    expect([numbers.classes, numbers.ys.dtype]).toEqual([0, "float32"]);
    expect(String(numbers)).toContain("a number to predict for each");
    expect(q.dataset(xs, [0, 2, 1], { task: "regression" }).classes).toBe(0);
    expect(() => q.dataset(xs, [1999, 2004, 2010])).toThrow('say { task: "regression" }');
  });

  it("takes typed arrays with a shape, and tensors, which stay the caller's", () => {
    const flat = Float32Array.from({ length: 24 }, (_, i) => i);
    const images = q.dataset(flat, Uint8Array.of(0, 1), { shape: [3, 4, 1], classes: 10 });
    expect([images.xs.shape, images.classes]).toEqual([[2, 3, 4, 1], 10]);
    expect(q.dataset(flat, [0, 1]).xs.shape).toEqual([2, 12]);
    const xs = tf.tensor2d([[1], [2]], [2, 1], "int32");
    const data = q.dataset(xs, tf.tensor1d([0, 1], "int32"));
    data.dispose();
    expect([xs.isDisposed, data.xs.isDisposed]).toEqual([false, true]);
  });

  it("takes a DataFrame apart by its columns' names", { tags: "slow" }, () => {
    const frame = q.dataFrame([
      { kind: "a", width: 1, height: 2 },
      { kind: "b", width: 3, height: 4 },
    ]);
    const data = q.dataset(frame, "kind");
    expect([values(data.xs), data.labels]).toEqual([
      [1, 2, 3, 4],
      ["a", "b"],
    ]);
    const heights = q.dataset(frame, "kind", { features: ["height"] });
    expect(values(heights.xs)).toEqual([2, 4]);
    expect(data.provenance.preprocessing).toBe("width, height as they are, to predict kind");
    expect(() => q.dataset(frame, "width")).toThrow('"a" in row 0, column kind of DataFrame');
    expect(() => q.dataset(frame, "color")).toThrow(
      "invalid column: color (DataFrame has kind, width, height)",
    );
  });

  it("reads a CSV file, with quoted names and a byte order mark", async () => {
    const path = await csv('\ufeffwidth,"the, kind",height\r\n1, "no""s" ,2\r\n');
    const data = q.dataset(path, "the, kind");
    expect([values(data.xs), data.labels]).toEqual([[1, 2], ['no"s']]);
    // printf '\xef\xbb\xbfwidth,"the, kind",height\r\n1, "no""s" ,2\r\n' | sha256sum
    expect(data.provenance.hash).toBe(
      "sha256:86eda187bb78ed2fc692861aafd3c7496fddc87c6c57984cf409e9cd6c1550ca",
    );
    expect(String(data).split("\n")[0]).toBe(
      `table${files - 1}.csv: 1 examples of 2, 1 classes (no"s)`,
    );
  });

  it("names line and column of a cell that isn't a number, also after a cell of several lines", async () => {
    const path = await csv('a,b,c\n1,"x\ny",2\n\n3,"z",n/a\n');
    expect(() => q.dataset(path, "b")).toThrow(
      'invalid number: "n/a" in line 5, column c of table',
    );
  });

  const refused: [what: string, text: string, label: string, options: object, message: string][] = [
    ["a row of another length", "a,b\n1,2\n1\n", "b", {}, "1 cells in line 3 of table"],
    ["an empty cell", "a,b\n1,2\n,3\n", "b", {}, 'invalid number: "" in line 3, column a'],
    ["no label", "a,b\n1,x\n2,\n", "b", {}, "invalid label: none in line 3"],
    ["names among numbers", "a,b\n1,2\n2,?\n", "b", {}, 'invalid label: "?" in line 3 (others'],
    ["a name to regress", "a,b\n1,2.5\n2,?\n", "b", { task: "regression" }, '"?" in line 3'],
    ["a header alone", "a,b\n", "b", {}, "has no rows"],
    [
      "semicolons",
      "a;b\n1,5;2\n",
      "b",
      {},
      "semicolons between its cells (expected commas, as in a,b)",
    ],
    ["tabs", "a\tb\n1\t2\n", "b", {}, "has tabs between its cells"],
    ["two columns of a name", "a,a\n1,2\n", "a", {}, 'two are named "a"'],
    ["a stray quotation mark", 'a,b\n1,2\n3"4,5\n', "b", {}, "a quotation mark in line 3"],
    ["an unknown task", "a,b\n1,2\n", "b", { task: "guess" }, "invalid task: guess"],
    ["no features", "a,b\n1,2\n", "b", { features: [] }, "invalid features: none"],
    ["the label as feature", "a,b\n1,2\n", "b", { features: ["b"] }, "b among them"],
  ];
  it.each(refused)("refuses %s in a CSV file", async (_, text, label, options, message) => {
    const path = await csv(text);
    const held = tf.memory().numTensors;
    expect(() => q.dataset(path, label, options)).toThrow(message);
    expect(tf.memory().numTensors).toBe(held);
  });

  it("describes a table of many columns in a line", async () => {
    const columns = Array.from({ length: 64 }, (_, i) => `pixel_${i}`);
    const path = await csv(`${columns.join(",")},digit\n${columns.map((_, i) => i).join(",")},7\n`);
    const data = q.dataset(path, "digit", { classes: 10 });
    expect(data.provenance.preprocessing).toBe(
      "pixel_0, pixel_1, pixel_2, pixel_3, pixel_4, pixel_5, pixel_6, pixel_7, pixel_8, pixel_9, … pixel_63 (64 in all) as they are, to predict digit",
    );
    expect(() => q.dataset(path, "label")).toThrow(
      /^invalid column: label \(table\d+\.csv has pixel_0, .*, … digit \(65 in all\)\)$/,
    );
  });

  const wrong: [what: string, make: () => unknown, message: string][] = [
    [
      "ragged rows",
      () => q.dataset(any([[1, 2], [3]]), [0, 1]),
      "invalid examples: example 1 differs in shape from example 0",
    ],
    ["a word in an example", () => q.dataset(any([[1], ["x"]]), [0, 1]), "NaN in example 1"],
    ["too few labels", () => q.dataset([[1], [2]], [0]), "invalid examples: 2 with 1 labels"],
    ["no labels", () => q.dataset([[1]], []), "invalid labels: none"],
    ["a shape that isn't filled", () => q.dataset([1, 2], [0, 1], { shape: [2] }), "invalid shape"],
    ["nothing", () => q.dataset(any(undefined), [0]), "invalid examples: undefined (expected"],
    ["no targets", () => q.dataset([1], any(undefined)), "invalid labels: undefined (expected"],
    ["a file that isn't there", () => q.dataset("none.csv", "a"), "cannot read none.csv: no such"],
    ["two targets each", () => q.dataset([1], tf.ones([1, 2])), "q.fit(model, { xs, ys }"],
    ["an unknown name", () => q.dataset([1], ["x"], { labels: ["y"] }), "(expected one of y)"],
  ];
  it.each(wrong)("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe("a user's own data set", () => {
  it("is split by a seed, each example once, and says so", () => {
    const xs = Array.from({ length: 20 }, (_, i) => [i]);
    const data = q.dataset(xs, xs.map(([i]) => i! % 2)); // biome-ignore format: one line
    const { train, test } = data.split({ testShare: 0.3, seed: 5 });
    expect([...values(train.xs), ...values(test.xs)].sort((a, b) => a - b)).toEqual(xs.flat());
    expect([train.size, test.provenance.split]).toEqual([14, "test, 6 of 20 by seed 5"]);
    expect(values(test.xs).map((x) => x % 2)).toEqual(values(test.ys));
    expect(values(data.split({ testShare: 0.3, seed: 5 }).test.xs)).toEqual(values(test.xs));
    const few = test.shuffle(1).take(2);
    expect(few.provenance.split).toBe("test, 6 of 20 by seed 5; shuffled by seed 1; the first 2");
    for (const batch of few.batches(1)) expect(batch.provenance.split).toContain("the first 2");
    expect(() => data.split({ testShare: 0 })).toThrow("invalid testShare: 0");
  });

  it("of numbers to predict trains a model by a loss that is given", { tags: "slow" }, async () => {
    const xs = Array.from({ length: 40 }, (_, i) => [i / 20 - 1]);
    const data = q.dataset(xs, xs.map(([x]) => 3 * x! + 0.5)); // biome-ignore format: one line
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const options = { epochs: 60, batchSize: 10, learningRate: 0.1, progress: false, metrics: [] };
    await q.fit(model, data, { ...options, loss: "meanSquaredError" });
    expect(model.getWeights()[0]!.dataSync()[0]).toBeCloseTo(3, 1);
    await expect(q.fit(model, data, options)).rejects.toThrow(
      'numbers to predict, not classes (expected a loss, as in { loss: "meanSquaredError" })',
    );
  });
});
