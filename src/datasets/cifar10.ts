import { obtain } from "#door/datasets/download/obtain";
import { checkOptions } from "../arguments/index.js";
import type { Dataset } from "./dataset.js";
import type { DownloadOptions, PublishedFile, Publisher } from "./download/published.js";
import { type ByteImages, checkSizes, imageDataset, type PartSizes } from "./images.js";
import { readTar } from "./tar.js";

const publisher: Publisher = {
  folder: "cifar-10",
  addresses: ["https://www.cs.toronto.edu/~kriz/"],
};
const file: PublishedFile = {
  name: "cifar-10-binary.tar.gz",
  md5: "c32a1d4ab5d03f1284b67883e8d87530",
};
const provenance = {
  name: "CIFAR-10",
  source:
    "A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009, https://www.cs.toronto.edu/~kriz/cifar.html",
  licence: "no licence stated by its publisher, who asks that the report be cited",
  hash: `md5:${file.md5}`,
};
const labels = [
  ...["airplane", "automobile", "bird", "cat", "deer"],
  ...["dog", "frog", "horse", "ship", "truck"],
];
const trainBatches = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
const [side, channels] = [32, 3];
const plane = side * side;
const record = 1 + plane * channels;

/**
 * CIFAR-10: photographs of 32 × 32 pixels in ten classes, 50,000 to train and 10,000 to test. 170 MB
 * are downloaded at the first call. The whole training part takes 0.6 GB as float32; `trainSize` loads less
 * of it.
 *
 * @returns two data sets with xs of shape `[size, 32, 32, 3]` (red, green, blue) from 0 to 1, and
 *   `labels`
 * @throws as {@link mnist}
 * @example
 * const { train } = await q.datasets.cifar10({ trainSize: 10_000, testSize: 2_000 });
 * train.xs.shape; // [ 10000, 32, 32, 3 ]
 */
export async function cifar10(
  options: DownloadOptions & PartSizes = {},
): Promise<{ train: Dataset; test: Dataset }> {
  checkOptions<DownloadOptions & PartSizes>("q.datasets.cifar10", options, {
    mirror: true,
    progress: true,
    trainSize: true,
    testSize: true,
  });
  const { trainSize, testSize, ...rest } = options;
  checkSizes({ trainSize, testSize });
  const archive = readTar(await obtain(file, publisher, rest));
  const make = (names: string[], split: string, option: string, count?: number) =>
    imageDataset(readCifarBatches(archive, names), {
      option,
      count,
      labels,
      provenance: { ...provenance, split },
    });
  return {
    train: make(trainBatches, "the publisher's training part", "trainSize", trainSize),
    test: make(["test_batch.bin"], "the publisher's test part", "testSize", testSize),
  };
}

/**
 * @internal
 * The images of batches in CIFAR-10's binary format: records of a label and 3,072 pixels, all red ones
 * first, then green, then blue, row by row. Source: the publisher's page, "Binary version".
 */
export function readCifarBatches(archive: Map<string, Uint8Array>, names: string[]): ByteImages {
  const batches = names.map((name) => {
    const batch = archive.get(`cifar-10-batches-bin/${name}`);
    if (batch && batch.length > 0 && batch.length % record === 0) return batch;
    throw new Error(
      `invalid CIFAR-10 archive: ${name} has ${batch?.length ?? "no"} bytes (expected records of ${record})`,
    );
  });
  const count = batches.reduce((sum, batch) => sum + batch.length / record, 0);
  const pixels = new Uint8Array(count * plane * channels);
  const labels = new Uint8Array(count);
  let i = 0;
  for (const batch of batches) {
    for (let start = 0; start < batch.length; start += record, i++) {
      labels[i] = batch[start]!;
      for (let p = 0; p < plane; p++) {
        for (let c = 0; c < channels; c++) {
          pixels[(i * plane + p) * channels + c] = batch[start + 1 + c * plane + p]!;
        }
      }
    }
  }
  return { shape: [count, side, side, channels], pixels, labels };
}
