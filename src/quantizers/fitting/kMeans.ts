import seedrandom from "seedrandom";
import { checkBits, checkCount, checkOptions, checkSeed } from "../../arguments/index.js";
import { tf } from "../../tensorflow/index.js";
import { type CodebookFormat, namedCodebook } from "../formats/codebook.js";
import { lloyd, sampleMeans, sortedSamples } from "./lloyd.js";

/** Options of {@link kMeans}. */
export interface KMeansOptions {
  /** An integer or a text that decides the starting values. Default 0. */
  seed?: number | string;
  /** The most iterations, at least 1. Default 100. */
  iterations?: number;
}

/**
 * The codebook of 2^bits values that k-means finds for given values, for example a kernel's. Starts are drawn
 * as k-means++ does (Arthur and Vassilvitskii 2007), so that another seed may find another codebook, and a
 * better one. Han et al. 2016 (Deep Compression), arXiv:1510.00149, section 3.
 *
 * @param values a list or a tensor with at least 2^bits different values
 * @param bits from 1 to 8
 * @throws RangeError if `bits` is not an integer from 1 to 8, or if there are too few values
 * @example
 * q.kMeans([0, 0.1, 5, 5.1, 9, 9.1, 20], 2).values; // [ 0.05, 5.05, 9.05, 20 ]
 */
export function kMeans(
  values: ArrayLike<number> | tf.Tensor,
  bits: number,
  options: KMeansOptions = {},
): CodebookFormat {
  checkOptions<KMeansOptions>("q.kMeans", options, { seed: true, iterations: true });
  const { seed = 0, iterations = 100 } = options;
  checkBits(bits, { most: 8, example: "q.kMeans(values, 3)" });
  checkSeed(seed);
  checkCount("iterations", iterations);
  const sorted = sortedSamples(values instanceof tf.Tensor ? values.dataSync() : values, 2 ** bits);
  const start = drawStarts(sorted, 2 ** bits, seedrandom.alea(String(seed)));
  const centers = lloyd(start, sampleMeans(sorted), iterations);
  return namedCodebook(centers, { name: `kMeans ${bits}` }, false);
}

/**
 * Draws each next start with a probability in proportion to its squared distance from the nearest start so far.
 */
function drawStarts(sorted: Float64Array, count: number, random: () => number): number[] {
  const starts = [sorted[Math.floor(random() * sorted.length)]!];
  const distances = sorted.map((value) => (value - starts[0]!) ** 2);
  while (starts.length < count) {
    let left = random() * distances.reduce((sum, distance) => sum + distance, 0);
    // The last value that can be drawn, in case the sum was rounded up.
    let drawn = distances.findLastIndex((distance) => distance > 0);
    for (let i = 0; i < drawn; i++) {
      left -= distances[i]!;
      if (left < 0) drawn = i;
    }
    const start = sorted[drawn]!;
    starts.push(start);
    for (const [i, value] of sorted.entries()) {
      distances[i] = Math.min(distances[i]!, (value - start) ** 2);
    }
  }
  return starts.sort((a, b) => a - b);
}
