import { checkCount, checkOptionalCounts } from "../arguments/index.js";
import { tf } from "../tensorflow/index.js";
import { Dataset } from "./dataset.js";
import type { Provenance } from "./provenance.js";

/** How many examples of a published data set are made into tensors. */
export interface PartSizes {
  /** The number of examples of the training part, from its first example on. Default: all. */
  trainSize?: number;
  /** The number of examples of the test part, from its first example on. Default: all. */
  testSize?: number;
}

/**
 * @internal Refuses impossible sizes before anything is downloaded; sizes above the data set's size are
 * refused later.
 */
export function checkSizes({ trainSize, testSize }: PartSizes): void {
  checkOptionalCounts({ trainSize, testSize });
}

/** @internal Images as bytes, `[count, height, width, channels]`, and their classes. */
export interface ByteImages {
  shape: [count: number, height: number, width: number, channels: number];
  pixels: Uint8Array;
  labels: Uint8Array;
}

/**
 * @internal
 * The first images, or the images that `order` lists, with pixels divided by 255.
 *
 * @param options `option`, the name of the loader's option that sets `count`, for errors
 */
export function imageDataset(
  { shape, pixels, labels }: ByteImages,
  {
    option,
    ...options
  }: {
    count?: number;
    option: string;
    order?: Int32Array;
    labels?: readonly string[];
    provenance: Provenance;
  },
): Dataset {
  const order = options.order ?? Int32Array.from(labels, (_, i) => i);
  const count = options.count ?? order.length;
  checkCount(option, count, { most: order.length });
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
