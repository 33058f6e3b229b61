import seedrandom from "seedrandom";
import { checkChoice, checkCount, checkOptions, checkSeed } from "../../arguments/index.js";
import { Dataset } from "../../datasets/index.js";
import { kindOf } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import { checkRange } from "../range.js";
import { type CorruptionName, corruptionNames, corruptions } from "./corruptions.js";

/** Options of {@link corrupt}. */
export interface CorruptOptions {
  /** How strong the corruption is, a whole number from 1 to 5. Default 3. */
  severity?: number;
  /** The smallest and the largest value that images can have; the result is clipped to them. Default `[0, 1]`. */
  range?: readonly [number, number];
  /** An integer or a text that decides noise, places and directions. Default 0. */
  seed?: number | string;
}

/**
 * Images as the world spoils them: one of eight corruptions in five severities, after Hendrycks and Dietterich 2019
 * (arXiv:1903.12261) and MNIST-C (Mu and Gilmer 2019, arXiv:1906.02337). Lengths are shares of the image's side, so that
 * they suit images of 8 pixels too. The name, the severity, the seed and an example's number decide what happens to it.
 *
 * @param data images `[size, height, width]` or `[size, height, width, channels]`
 * @param name `"noise"`, `"blur"`, `"contrast"`, `"brightness"`, `"shift"`, `"rotation"`, `"occlusion"` or `"pixelation"`
 * @returns a data set with new tensors
 * @throws TypeError if there is no such corruption or `data` isn't a data set; RangeError if the examples aren't images
 * @example
 * const dark = q.robustness.corrupt(test, "contrast", { severity: 5 });
 * dark.xs.shape; // [ 600, 8, 8, 1 ]
 */
export function corrupt(
  data: Dataset,
  name: CorruptionName,
  options: CorruptOptions = {},
): Dataset {
  checkOptions<CorruptOptions>("q.robustness.corrupt", options, {
    severity: true,
    range: true,
    seed: true,
  });
  const { severity = 3, range = [0, 1], seed = 0 } = options;
  checkChoice("corruption", name, corruptionNames(), {
    example: 'q.robustness.corrupt(test, "blur")',
  });
  checkCount("severity", severity, { most: 5 });
  checkSeed(seed);
  const [height, width, channels] = checkImages(data);
  const values = Float32Array.from(data.xs.dataSync());
  checkRange(range, values);
  const each = height * width * channels;
  for (let i = 0; i < data.size; i++) {
    const own = values.subarray(i * each, (i + 1) * each);
    const random = seedrandom.alea(`${name} ${severity} ${seed} ${i}`);
    const image = { values: Float32Array.from(own), height, width, channels };
    const spoiled = corruptions[name](image, { severity, range, random });
    own.set(spoiled.values.map((value) => Math.min(range[1]!, Math.max(range[0]!, value))));
  }
  const { classes, labels, provenance } = data;
  const words = `${name} of severity ${severity} by seed ${seed}`;
  const preprocessing = [provenance.preprocessing, words].filter(Boolean).join("; ");
  return new Dataset(tf.tensor(values, data.xs.shape), data.ys.clone(), {
    classes,
    labels,
    provenance: { ...provenance, preprocessing },
  });
}

/** @internal @returns height, width and channels @throws TypeError or RangeError if the data aren't images */
export function checkImages(data: Dataset): [height: number, width: number, channels: number] {
  if (!(data instanceof Dataset)) {
    throw new TypeError(
      `invalid data: ${kindOf(data)} (expected a data set, as in const { test } = await q.datasets.digits())`,
    );
  }
  data.checkAlive();
  const [height, width, channels = 1] = data.xs.shape.slice(1);
  if (data.xs.rank >= 3 && data.xs.rank <= 4) return [height!, width!, channels];
  throw new RangeError(
    `invalid data: examples of shape [${data.xs.shape.slice(1)}] (expected images, [height, width] or [height, width, channels])`,
  );
}
