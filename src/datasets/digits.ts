import { tf } from "../tensorflow/index.js";
import { Dataset } from "./dataset.js";
import { readEmbedded } from "./embedded.js";
import { permutation } from "./random.js";

const pixels = 64;
const provenance = {
  name: "Optical Recognition of Handwritten Digits",
  source: "E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, doi:10.24432/C50P49",
  licence: "CC BY 4.0",
};

/**
 * 1,797 handwritten digits of 8 × 8 pixels, embedded in the package: the test part of UCI's Optical
 * Recognition of Handwritten Digits, as scikit-learn's `load_digits` has it. Pixels are counts of
 * ink from 0 to 16, divided by 16 here.
 *
 * @param options `seed` decides which examples go to which part (default 0); `testShare`, the share
 *   of the test part, above 0 and below 1 (default 600/1797, which leaves 1,197 to train)
 * @returns two data sets with xs of shape `[size, 8, 8, 1]` from 0 to 1
 * @throws Error when the embedded file was changed
 * @example
 * const { train, test } = await q.datasets.digits();
 * [train.size, test.size]; // [ 1197, 600 ]
 */
export async function digits({
  seed = 0,
  testShare = 600 / 1797,
}: {
  seed?: number | string;
  testShare?: number;
} = {}): Promise<{ train: Dataset; test: Dataset }> {
  if (!(testShare > 0 && testShare < 1)) {
    throw new RangeError(
      `invalid testShare: ${testShare} (expected a number between 0 and 1, as in digits({ testShare: 0.25 }))`,
    );
  }
  const content = await readEmbedded("digits.bin");
  const size = content.length / (pixels + 1);
  const order = permutation(size, seed);
  const testSize = Math.min(size - 1, Math.max(1, Math.round(size * testShare)));
  return {
    train: pick(content, order.subarray(testSize)),
    test: pick(content, order.subarray(0, testSize)),
  };
}

/** The records that `order` names: 64 pixels, then the label. */
function pick(content: Uint8Array, order: Int32Array): Dataset {
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
