import { checkOptions } from "../arguments/index.js";
import { tf } from "../tensorflow/index.js";
import { Dataset } from "./dataset.js";
import { readEmbedded } from "./embedded.js";
import type { Provenance } from "./provenance.js";
import { shareOf, splitOrder } from "./random.js";

const pixels = 64;
const provenance: Provenance = {
  name: "Optical Recognition of Handwritten Digits",
  source: "E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, doi:10.24432/C50P49",
  licence: "CC BY 4.0",
  preprocessing: "pixels from 0 to 16 divided by 16",
};

/** Options of {@link digits}. */
export interface DigitsOptions {
  /** An integer or a text that decides which examples go to which part. Default 0. */
  seed?: number | string;
  /** The share of the test part, above 0 and below 1. Default 600/1797, which leaves 1,197 examples to train. */
  testShare?: number;
}

/**
 * 1,797 handwritten digits of 8 × 8 pixels, embedded in the package: the test part of UCI's Optical
 * Recognition of Handwritten Digits, as scikit-learn's `load_digits` has it. Pixels are counts of
 * ink from 0 to 16, divided by 16 here.
 *
 * @returns two data sets with xs of shape `[size, 8, 8, 1]` from 0 to 1
 * @throws Error if the embedded file was changed
 * @example
 * const { train, test } = await q.datasets.digits();
 * [train.size, test.size]; // [ 1197, 600 ]
 */
export async function digits(
  options: DigitsOptions = {},
): Promise<{ train: Dataset; test: Dataset }> {
  checkOptions<DigitsOptions>("q.datasets.digits", options, { seed: true, testShare: true });
  const { seed = 0, testShare = 600 / 1797 } = options;
  const { content, hash } = await readEmbedded("digits.bin");
  const size = content.length / (pixels + 1);
  const { train, test } = splitOrder(size, { testShare, seed });
  const part = (name: string, order: Int32Array) =>
    pick(content, order, {
      ...provenance,
      hash: `sha256:${hash}`,
      split: `${name}, ${shareOf(order.length, size, seed)}`,
    });
  return { train: part("train", train), test: part("test", test) };
}

/** The records that `order` names: 64 pixels, then the label. */
function pick(content: Uint8Array, order: Int32Array, provenance: Provenance): Dataset {
  const xs = new Float32Array(order.length * pixels);
  const ys = new Int32Array(order.length);
  order.forEach((record, i) => {
    const start = record * (pixels + 1);
    for (let p = 0; p < pixels; p++) xs[i * pixels + p] = content[start + p]! / 16;
    ys[i] = content[start + pixels]!;
  });
  return new Dataset(tf.tensor4d(xs, [order.length, 8, 8, 1]), tf.tensor1d(ys, "int32"), {
    classes: 10,
    provenance,
  });
}
