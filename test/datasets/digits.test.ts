import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readEmbedded } from "../../src/datasets/embedded.js";
import { digits } from "../../src/datasets/index.js";
import { tf } from "../../src/tensorflow/index.js";

const folder = await mkdtemp(join(tmpdir(), "qatlab-data-"));
afterAll(() => rm(folder, { recursive: true }));

describe("the embedded digits", () => {
  // scikit-learn 1.9.1's values for load_digits; see test/peers/export_digits.py.
  it("are those of scikit-learn's load_digits", async () => {
    const { content } = await readEmbedded("digits.bin");
    const labels = content.filter((_, i) => i % 65 === 64);
    const counts = Array.from(
      { length: 10 },
      (_, digit) => labels.filter((l) => l === digit).length,
    );
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    const ink = content.reduce((sum, value, i) => (i % 65 === 64 ? sum : sum + value), 0);
    expect(ink).toBe(561718);
    const top = [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0];
    expect(Array.from(content.subarray(0, 16))).toEqual(top);
  });

  it("are split into 1,197 and 600, each image once, pixels from 0 to 1", async () => {
    const { train, test } = await digits();
    expect([train.xs.shape, test.xs.shape]).toEqual([
      [1197, 8, 8, 1],
      [600, 8, 8, 1],
    ]);
    const all = tf.concat([train.xs, test.xs]);
    expect(all.sum().dataSync()[0]).toBeCloseTo(561718 / 16, 0);
    expect(all.max().dataSync()[0]).toBe(1);
    const labels = tf.concat([train.ys, test.ys]).dataSync();
    expect(labels.filter((label) => label === 3).length).toBe(183);
  });

  it("are split alike for the same seed only", async () => {
    const [a, b, c] = await Promise.all([
      digits({ seed: 1 }),
      digits({ seed: 1 }),
      digits({ seed: 2 }),
    ]);
    expect(a.test.ys.dataSync()).toEqual(b.test.ys.dataSync());
    expect(a.test.ys.dataSync()).not.toEqual(c.test.ys.dataSync());
    await expect(digits({ testShare: 1 })).rejects.toThrow("invalid testShare: 1 (expected");
  });

  it("say where they come from", async () => {
    const { train } = await digits();
    expect(String(train)).toContain("1197 examples of 8 × 8 × 1, 10 classes");
    expect(String(train)).toContain("CC BY 4.0");
  });

  it("are refused when the file was changed or is missing, with what to do", async () => {
    await copyFile("data/SHA256SUMS", join(folder, "SHA256SUMS"));
    await expect(readEmbedded("digits.bin", folder)).rejects.toThrow("missing data file");
    const content = await readFile("data/digits.bin");
    content[70]! ^= 1;
    await writeFile(join(folder, "digits.bin"), content);
    await expect(readEmbedded("digits.bin", folder)).rejects.toThrow(
      /changed data file: .*digits.bin has SHA-256 [0-9a-f]{64} \(expected 68aea062.*git checkout -- data/,
    );
  });
});

describe("Dataset", () => {
  it("gives every example once in an epoch, shuffled by a seed", async () => {
    const { test } = await digits();
    const collect = (seed?: number) => {
      const labels: number[] = [];
      const sizes: number[] = [];
      for (const { xs, ys } of test.batches(64, { seed })) {
        labels.push(...ys.dataSync());
        sizes.push(xs.shape[0]!);
        tf.dispose([xs, ys]);
      }
      return { labels, sizes };
    };
    const held = tf.memory().numTensors;
    const plain = collect();
    const shuffled = collect(1);
    expect(plain.sizes).toEqual([...Array(9).fill(64), 24]);
    expect(plain.labels).toEqual(Array.from(test.ys.dataSync()));
    expect(shuffled.labels).not.toEqual(plain.labels);
    expect([...shuffled.labels].sort()).toEqual([...plain.labels].sort());
    expect(collect(1)).toEqual(shuffled);
    expect(tf.memory().numTensors).toBe(held);
  });

  it("keeps images and labels together when shuffled", async () => {
    const { test } = await digits();
    const sumOf = (label: number, data: typeof test) =>
      tf.tidy(
        () => data.xs.sum([1, 2, 3]).mul(data.ys.equal(label).toFloat()).sum().dataSync()[0]!,
      );
    const shuffled = test.shuffle(5);
    for (const label of [0, 4, 9]) {
      expect(sumOf(label, shuffled)).toBeCloseTo(sumOf(label, test), 2);
    }
  });

  it("refuses counts that it doesn't have", async () => {
    const { test } = await digits();
    expect(() => test.take(601)).toThrow(
      "invalid count: 601 (expected a whole number from 1 to 600)",
    );
    expect(() => test.batches(0).next()).toThrow("invalid batch size: 0");
  });
});
