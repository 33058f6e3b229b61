import { tf } from "../tensorflow/index.js";
import { Dataset } from "./dataset.js";
import type { Provenance } from "./provenance.js";

/** How many examples of a published data set are made into tensors. */
export interface PartSizes {
  /** How many of the training part, its first ones. Default: all. */
  trainSize?: number;
  /** How many of the test part, its first ones. Default: all. */
  testSize?: number;
}

/** @internal Refuses sizes before anything is downloaded; how many there are is known later. */
export function checkSizes({ trainSize, testSize }: PartSizes): void {
  for (const [name, size] of Object.entries({ trainSize, testSize })) {
    if (size === undefined || (Number.isInteger(size) && size >= 1)) continue;
    throw new RangeError(`invalid ${name}: ${size} (expected a whole number of at least 1)`);
  }
}

/** @internal Images as bytes, `[count, height, width, channels]`, and their classes. */
export interface ByteImages {
  shape: [count: number, height: number, width: number, channels: number];
  pixels: Uint8Array;
  labels: Uint8Array;
}

/**
 * @internal
 * The first images, or those that `order` names, with pixels divided by 255.
 *
 * @param options `what`, the option that says how many
 */
export function imageDataset(
  { shape, pixels, labels }: ByteImages,
  {
    what,
    ...options
  }: {
    count?: number;
    what: string;
    order?: Int32Array;
    labels?: readonly string[];
    provenance: Provenance;
  },
): Dataset {
  const order = options.order ?? Int32Array.from(labels, (_, i) => i);
  const count = options.count ?? order.length;
  if (!Number.isInteger(count) || count < 1 || count > order.length) {
    throw new RangeError(
      `invalid ${what}: ${count} (expected a whole number from 1 to ${order.length})`,
    );
  }
  const [, height, width, channels] = shape;
  const size = height * width * channels;
  const xs = new Float32Array(count * size);
  const ys = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const start = order[i]! * size;
    for (let p = 0; p < size; p++) xs[i * size + p] = pixels[start + p]! / 255;
    ys[i] = labels[order[i]!]!;
  }
  const { provenance } = options;
  const words = count < order.length ? `the first ${count.toLocaleString("en")}` : "";
  return new Dataset(tf.tensor4d(xs, [count, height, width, channels]), tf.tensor1d(ys, "int32"), {
    classes: 10,
    labels: options.labels,
    provenance: {
      ...provenance,
      split: [provenance.split, words].filter(Boolean).join("; "),
      preprocessing: "pixels from 0 to 255 divided by 255",
    },
  });
}
