import seedrandom from "seedrandom";
import { tf } from "../tensorflow/index.js";
import { type CodebookFormat, namedCodebook } from "./codebook.js";
import { checkCodebookBits, lloyd, sampleMeans, sortedSamples } from "./lloyd.js";

/**
 * The codebook of 2^bits values that k-means finds for given values, a kernel's say. Starts are drawn
 * as k-means++ does (Arthur and Vassilvitskii 2007), so that another seed may find another codebook, and a
 * better one. Han et al. 2016 (Deep Compression), arXiv:1510.00149, section 3.
 *
 * @param values a list or a tensor, at least 2^bits different ones
 * @param bits from 1 to 8
 * @param options `seed` (default 0), `iterations` at most (default 100)
 * @throws RangeError for other bits, or too few values
 * @example
 * q.kMeans([0, 0.1, 5, 5.1, 9, 9.1, 20], 2).values; // [ 0.05, 5.05, 9.05, 20 ]
 */
export function kMeans(
  values: ArrayLike<number> | tf.Tensor,
  bits: number,
  { seed = 0, iterations = 100 }: { seed?: number | string; iterations?: number } = {},
): CodebookFormat {
  checkCodebookBits(bits, "q.kMeans(values, 3)");
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new RangeError(`invalid iterations: ${iterations} (expected an integer from 1)`);
  }
  const sorted = sortedSamples(values instanceof tf.Tensor ? values.dataSync() : values, 2 ** bits);
  const start = drawStarts(sorted, 2 ** bits, seedrandom.alea(String(seed)));
  const centers = lloyd(start, sampleMeans(sorted), iterations);
  return namedCodebook(centers, { name: `kMeans ${bits}` }, false);
}

/** Each next start is drawn with the squared distance to the nearest one so far as its weight. */
function drawStarts(sorted: Float64Array, count: number, random: () => number): number[] {
  const starts = [sorted[Math.floor(random() * sorted.length)]!];
  const distances = sorted.map((value) => (value - starts[0]!) ** 2);
  while (starts.length < count) {
    let left = random() * distances.reduce((sum, distance) => sum + distance, 0);
    // The last one that can be drawn, should the sum have been rounded up.
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
