import { tf } from "../tensorflow/index.js";
import { type CodebookFormat, namedCodebook } from "./codebook.js";
import { type Distribution, gaussian, laplace } from "./distributions.js";
import type { SharingOptions } from "./granularity.js";
import { checkCodebookBits, lloyd, sampleMeans, sortedSamples } from "./lloyd.js";

const distributions: Record<string, Distribution> = { gaussian, laplace };

/**
 * The codebook of 2^bits values with the least mean squared error: of a distribution with mean 0,
 * scaled by the root mean square of what it is used on, or of given values, as they are.
 *
 * Each value is the mean of its cell, and the cells meet in the middle. Max 1960, IRE Transactions on
 * Information Theory 6(1), table I; Lloyd 1982, IEEE Transactions on Information Theory 28(2).
 *
 * @param of `"gaussian"`, `"laplace"`, or values: a list or a tensor
 * @param bits from 1 to 8
 * @param options for a distribution: `per`, what shares a scale (default `"tensor"`), with
 *   `groupSize` and `axis`
 * @throws RangeError for other bits or too few different values, TypeError for another distribution
 * @example
 * q.lloydMax("gaussian", 2).values; // [ -1.5104, -0.4528, 0.4528, 1.5104 ]
 * q.lloydMax([0, 1, 10, 11, 12], 1).values; // [ 0.5, 11 ]
 */
export function lloydMax(
  of: "gaussian" | "laplace" | ArrayLike<number> | tf.Tensor,
  bits: number,
  options: SharingOptions = {},
): CodebookFormat {
  checkCodebookBits(bits, 'q.lloydMax("gaussian", 3)');
  if (typeof of === "string") {
    if (!Object.hasOwn(distributions, of)) {
      throw new TypeError(`invalid distribution: ${of} (expected "gaussian", "laplace" or values)`);
    }
    const name = `lloydMax ${of} ${bits}`;
    return namedCodebook(tabulated(of, bits), { name, scale: "rms", ...options }, true);
  }
  const sorted = sortedSamples(of instanceof tf.Tensor ? of.dataSync() : of, 2 ** bits);
  const levels = 2 ** bits;
  // Starts at quantiles that are different: of values that occur often, once.
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const start = Array.from(
    { length: levels },
    (_, i) => distinct[Math.floor(((i + 0.5) / levels) * distinct.length)]!,
  );
  const values = lloyd(start, sampleMeans(sorted), 1000);
  return namedCodebook(values, { name: `lloydMax ${bits}` }, false);
}

const tables = new Map<string, number[]>();

/** The values of a distribution, found once. */
function tabulated(name: string, bits: number): number[] {
  const key = `${name} ${bits}`;
  const known = tables.get(key);
  if (known) return known;
  const distribution = distributions[name]!;
  const levels = 2 ** bits;
  // Nearly right for many levels: Panter and Dite 1951, Proceedings of the IRE 39(1).
  const start = Array.from({ length: levels }, (_, i) =>
    distribution.companded((i + 0.5) / levels),
  );
  const means = (edges: readonly number[]) =>
    edges.slice(1).map((end, i) => distribution.mean(edges[i]!, end));
  const found = lloyd(start, means, 3000);
  // Symmetric in all digits.
  const values = found.map((value, i) => (value - found[levels - 1 - i]!) / 2);
  tables.set(key, values);
  return values;
}
