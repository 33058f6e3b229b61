import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readCifarBatches } from "../../src/datasets/cifar10.js";
import { readIdx } from "../../src/datasets/idx.js";
import { imageDataset } from "../../src/datasets/images.js";
import * as datasets from "../../src/datasets/index.js";
import { loadMnistFiles, type MnistFiles } from "../../src/datasets/mnistFiles.js";
import { sha256 } from "../../src/datasets/sha256.js";
import { readTar } from "../../src/datasets/tar.js";

const root = await mkdtemp(join(tmpdir(), "qatlab-published-"));
const cache = process.env.QATLAB_CACHE;
const mirror = process.env.QATLAB_MIRROR;
process.env.QATLAB_CACHE = join(root, "cache");
delete process.env.QATLAB_MIRROR;
afterAll(async () => {
  for (const [name, value] of Object.entries({ QATLAB_CACHE: cache, QATLAB_MIRROR: mirror })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(root, { recursive: true });
});

/** An IDX file by the text of its specification. */
function idx(shape: number[], values: number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  shape.forEach((length, i) => {
    head.writeUInt32BE(length, 4 + 4 * i);
  });
  return Buffer.concat([head, Buffer.from(values)]);
}

/** A data set in MNIST's files, of tiny images whose every pixel is 51 times the label. */
async function tiny(folder: string, sizes: { train?: number; test: number }): Promise<MnistFiles> {
  await mkdir(join(root, folder), { recursive: true });
  async function part(name: string, size = 0) {
    const labels = Array.from({ length: size }, (_, i) => i % 5);
    const pixels = labels.flatMap((label) => Array(6).fill(51 * label));
    const contents = { images: idx([size, 2, 3], pixels), labels: idx([size], labels) };
    const files = await Promise.all(
      Object.entries(contents).map(async ([kind, content]) => {
        const file = { name: `${name}-${kind}.gz`, content: await sha256(content) };
        if (size > 0) await writeFile(join(root, folder, file.name), gzipSync(content));
        return file;
      }),
    );
    return files as unknown as MnistFiles["train"];
  }
  return {
    publisher: { folder: "tiny", addresses: [] },
    provenance: { name: "Tiny", source: "here", licence: "CC0" },
    train: await part("train", sizes.train),
    test: await part("t10k", sizes.test),
  };
}

describe("data in MNIST's files", () => {
  it("become two data sets with pixels from 0 to 1 and the publisher's split", async () => {
    const files = await tiny("both", { train: 20, test: 10 });
    const options = { mirror: join(root, "both"), trainSize: 15 };
    const { train, test } = await loadMnistFiles(files, options);
    expect([train.xs.shape, test.size, train.classes]).toEqual([[15, 2, 3, 1], 10, 10]);
    expect(Array.from(train.ys.slice(3, 3).dataSync())).toEqual([3, 4, 0]);
    const means = train.xs.mean([1, 2, 3]).slice(3, 3).dataSync();
    [0.6, 0.8, 0].forEach((mean, i) => {
      expect(means[i]).toBeCloseTo(mean, 6);
    });
    expect(train.provenance.split).toBe("the publisher's training part; the first 15");
    expect(test.provenance.hash).toBe(`sha256:${files.test[0].content}`);
    const refused = loadMnistFiles(files, { mirror: join(root, "both"), testSize: 11 });
    await expect(refused).rejects.toThrow(
      "invalid testSize: 11 (expected a whole number from 1 to 10",
    );
  });

  it("are split 8 to 2, and say so, where a mirror has the test part only", async () => {
    const files = await tiny("half", { test: 50 });
    const { train, test } = await loadMnistFiles(files, { mirror: join(root, "half") });
    expect([train.size, test.size]).toEqual([40, 10]);
    expect(train.provenance.split).toBe(
      "train, 40 of 50 by seed 0 of the publisher's test part, since the mirror has no training part",
    );
    const labels = [...train.ys.dataSync(), ...test.ys.dataSync()];
    expect([0, 1, 2, 3, 4].map((l) => labels.filter((x) => x === l).length)).toEqual(
      Array(5).fill(10),
    );
    const means = train.xs.mean([1, 2, 3]).mul(5).round().dataSync();
    expect(Array.from(means)).toEqual(Array.from(train.ys.dataSync()));
  });

  it("are refused for a size of 0 before anything is fetched", async () => {
    const { mnist, fashionMnist, cifar10 } = datasets;
    await expect(mnist({ trainSize: 0 })).rejects.toThrow("invalid trainSize: 0 (expected a whole");
    await expect(fashionMnist({ testSize: 1.5 })).rejects.toThrow("invalid testSize: 1.5");
    await expect(cifar10({ trainSize: -1 })).rejects.toThrow("invalid trainSize: -1");
  });

  it("are refused where the content isn't what its head says", () => {
    expect(readIdx(idx([2, 3], [1, 2, 3, 4, 5, 6]), "a").shape).toEqual([2, 3]);
    expect(() => readIdx(idx([2, 3], [1, 2]), "a")).toThrow("a has 2 values (its head says 2 × 3)");
    expect(() => readIdx(Buffer.from("<html>"), "a")).toThrow("invalid IDX file: a (expected");
    expect(() => readIdx(Buffer.alloc(2), "a")).toThrow("invalid IDX file: a (expected");
  });
});

describe("CIFAR-10's archive", () => {
  // Written by the machine's own tar, with the records that the publisher's page describes.
  async function archive(records: number[][]): Promise<Uint8Array> {
    const folder = join(root, "cifar", "cifar-10-batches-bin");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "data_batch_1.bin"), Buffer.from(records.flat()));
    await writeFile(join(folder, "batches.meta.txt"), "airplane\n");
    const options = { cwd: join(root, "cifar"), maxBuffer: 1e8 };
    return execFileSync("tar", ["-cz", "-f", "-", "cifar-10-batches-bin"], options);
  }
  const record = (label: number, value: (color: number, y: number, x: number) => number) => [
    label,
    ...Array.from({ length: 3072 }, (_, i) => value(i >> 10, (i >> 5) & 31, i & 31)),
  ];

  it("becomes images whose last axis is red, green, blue", async () => {
    const [a, b] = [record(3, (c, y, x) => c * 85 + y + x), record(9, () => 255)];
    const files = readTar(gunzipSync(await archive([a, b])));
    expect(Buffer.from(files.get("cifar-10-batches-bin/batches.meta.txt")!).toString()).toBe(
      "airplane\n",
    );
    const images = readCifarBatches(files, ["data_batch_1.bin"]);
    const provenance = { name: "toy", source: "here", licence: "CC0" };
    const data = imageDataset(images, { option: "trainSize", provenance });
    expect([data.xs.shape, Array.from(data.ys.dataSync())]).toEqual([
      [2, 32, 32, 3],
      [3, 9],
    ]);
    const pixel = data.xs.slice([0, 4, 7, 0], [1, 1, 1, 3]).mul(255).round().dataSync();
    expect(Array.from(pixel)).toEqual([11, 96, 181]);
    expect(data.xs.slice([1], [1]).min().dataSync()[0]).toBe(1);
  });

  it("is refused where it is cut short or lacks a batch", async () => {
    const whole = gunzipSync(await archive([record(0, () => 0)]));
    expect(() => readTar(whole.subarray(0, 2000))).toThrow("invalid tar archive: it is cut short");
    const files = readTar(whole);
    expect(() => readCifarBatches(files, ["test_batch.bin"])).toThrow(
      "test_batch.bin has no bytes (expected records of 3073)",
    );
  });
});

const here = mirror !== undefined && existsSync(join(mirror, "mnist", "t10k-images-idx3-ubyte.gz"));
describe("MNIST, from the mirror that QATLAB_MIRROR names", () => {
  it("has as many images of each digit as its publisher's test part", async ({ skip }) => {
    if (!here) skip("QATLAB_MIRROR names no folder with MNIST, which isn't in the repository");
    const { train, test } = await datasets.mnist({ mirror });
    const labels = [...train.ys.dataSync(), ...test.ys.dataSync()].slice(-10_000);
    const counts = Array.from({ length: 10 }, (_, d) => labels.filter((l) => l === d).length);
    if (train.size === 8000) {
      // The counts that torchvision's MNIST(train=False).targets.bincount() gives.
      expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
      expect(String(train)).toContain("since the mirror has no training part");
    } else expect([train.size, test.size]).toEqual([60_000, 10_000]);
  });
});
