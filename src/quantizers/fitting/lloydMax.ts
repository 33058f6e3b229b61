import { checkBits, checkChoice, checkOptions } from "../../arguments/index.js";
import { type Distribution, gaussian, laplace } from "../../statistics/index.js";
import { tf } from "../../tensorflow/index.js";
import { type CodebookFormat, namedCodebook } from "../formats/codebook.js";
import { type SharingOptions, sharingOptions } from "../formats/granularity.js";
import { lloyd, sampleMeans, sortedSamples } from "./lloyd.js";

const distributions: Record<string, Distribution> = { gaussian, laplace };

/**
 * The codebook of 2^bits values with the least mean squared error: for a distribution with mean 0, where the
 * values that it is used on are scaled by their root mean square, or for given values, without a scale.
 *
 * Each value is the mean of its cell, and the cells meet in the middle. Max 1960, IRE Transactions on
 * Information Theory 6(1), table I; Lloyd 1982, IEEE Transactions on Information Theory 28(2).
 *
 * @param of `"gaussian"`, `"laplace"`, or values: a list or a tensor
 * @param bits from 1 to 8
 * @throws RangeError if `bits` is not an integer from 1 to 8, or if there are too few different values;
 *   TypeError if the distribution is unknown
 * @example
 * q.lloydMax("gaussian", 2).values; // [ -1.5104, -0.4528, 0.4528, 1.5104 ]
 * q.lloydMax([0, 1, 10, 11, 12], 1).values; // [ 0.5, 11 ]
 */
export function lloydMax(
  of: "gaussian" | "laplace" | ArrayLike<number> | tf.Tensor,
  bits: number,
  options: SharingOptions = {},
): CodebookFormat {
  checkOptions("q.lloydMax", options, sharingOptions);
  checkBits(bits, { most: 8, example: 'q.lloydMax("gaussian", 3)' });
  if (typeof of === "string") {
    checkChoice("distribution", of, Object.keys(distributions), { others: ["values"] });
    const name = `lloydMax ${of} ${bits}`;
    return namedCodebook(tabulated(of, bits), { name, scale: "rms", ...options }, true);
  }
  const sorted = sortedSamples(of instanceof tf.Tensor ? of.dataSync() : of, 2 ** bits);
  const levels = 2 ** bits;
  // The starts are quantiles that differ: a value that occurs often counts once.
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const start = Array.from(
    { length: levels },
    (_, i) => distinct[Math.floor(((i + 0.5) / levels) * distinct.length)]!,
  );
  const values = lloyd(start, sampleMeans(sorted), 1000);
  return namedCodebook(values, { name: `lloydMax ${bits}` }, false);
}

const tables = new Map<string, number[]>();

/** The codebook values for a distribution, computed once. */
function tabulated(name: string, bits: number): number[] {
  const key = `${name} ${bits}`;
  const earlier = tables.get(key);
  if (earlier) return earlier;
  const distribution = distributions[name]!;
  const levels = 2 ** bits;
  // A start that is nearly right for many levels: Panter and Dite 1951, Proceedings of the IRE 39(1).
  const start = Array.from({ length: levels }, (_, i) =>
    distribution.companded((i + 0.5) / levels),
  );
  const means = (edges: readonly number[]) =>
    edges.slice(1).map((end, i) => distribution.mean(edges[i]!, end));
  const fitted = lloyd(start, means, 3000);
  // Half the difference to the mirrored value is symmetric in all digits.
  const values = fitted.map((value, i) => (value - fitted[levels - 1 - i]!) / 2);
  tables.set(key, values);
  return values;
}
