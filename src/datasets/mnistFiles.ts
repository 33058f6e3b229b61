import { obtain } from "#door/datasets/download/obtain";
import type { OptionNames } from "../arguments/index.js";
import type { Dataset } from "./dataset.js";
import {
  type DownloadOptions,
  NotFoundError,
  type PublishedFile,
  type Publisher,
} from "./download/published.js";
import { readIdx } from "./idx.js";
import { type ByteImages, checkSizes, imageDataset, type PartSizes } from "./images.js";
import type { Provenance } from "./provenance.js";
import { shareOf, splitOrder } from "./random.js";
import { sha256 } from "./sha256.js";

/** Options of the loaders of MNIST and Fashion-MNIST. */
export interface MnistOptions extends DownloadOptions, PartSizes {
  /** Decides how the test images are split if a mirror has no training images. Default 0. */
  seed?: number | string;
}

/** @internal */
export const mnistOptions: OptionNames<MnistOptions> = {
  trainSize: true,
  testSize: true,
  mirror: true,
  progress: true,
  seed: true,
};

/** @internal A data set in the four files of MNIST. */
export interface MnistFiles {
  publisher: Publisher;
  /** Name, source and licence. */
  provenance: Provenance;
  labels?: readonly string[];
  /** Images, then labels. */
  train: readonly [PublishedFile, PublishedFile];
  test: readonly [PublishedFile, PublishedFile];
}

type Part = ByteImages & { hash: string };

/** @internal Loads both parts. If a mirror has only the test files, these are split into both parts. */
export async function loadMnistFiles(
  files: MnistFiles,
  { trainSize, testSize, seed = 0, ...options }: MnistOptions = {},
): Promise<{ train: Dataset; test: Dataset }> {
  checkSizes({ trainSize, testSize });
  const test = await readPart(files, files.test, options);
  const train = await readPart(files, files.train, options).catch((error) => {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
  const { labels } = files;
  const make = (part: Part, split: string, option: string, count?: number, order?: Int32Array) =>
    imageDataset(part, {
      option,
      count,
      order,
      labels,
      provenance: { ...files.provenance, hash: part.hash, split },
    });
  if (train) {
    const images = make(train, "the publisher's training part", "trainSize", trainSize);
    return { train: images, test: make(test, "the publisher's test part", "testSize", testSize) };
  }
  // The first half of the test images is easier than the second half, so a seed mixes them.
  const size = test.labels.length;
  const order = splitOrder(size, { testShare: 0.2, seed });
  const words = (name: string, rows: Int32Array) =>
    `${name}, ${shareOf(rows.length, size, seed)} of the publisher's test part, since the mirror has no training part`;
  return {
    train: make(test, words("train", order.train), "trainSize", trainSize, order.train),
    test: make(test, words("test", order.test), "testSize", testSize, order.test),
  };
}

async function readPart(
  { publisher }: MnistFiles,
  [imageFile, labelFile]: MnistFiles["train"],
  options: DownloadOptions,
): Promise<Part> {
  const imageContent = await obtain(imageFile, publisher, options);
  const images = readIdx(imageContent, imageFile.name);
  const labels = readIdx(await obtain(labelFile, publisher, options), labelFile.name);
  const [count, height, width] = images.shape as [number, number, number];
  if (images.shape.length !== 3 || labels.shape.join() !== String(count)) {
    throw new Error(
      `invalid IDX files: ${imageFile.name} is ${images.shape.join(" × ")}, ${labelFile.name} ${labels.shape.join(" × ")} (expected as many labels as images)`,
    );
  }
  return {
    shape: [count, height, width, 1],
    pixels: images.values,
    labels: labels.values,
    hash: `sha256:${await sha256(imageContent)}`,
  };
}
