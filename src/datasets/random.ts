import seedrandom from "seedrandom";
import { checkNumber, checkSeed } from "../arguments/index.js";

/**
 * @internal
 * The numbers 0 to size − 1 in an order that only the seed decides (Fisher–Yates over seedrandom's
 * Alea generator).
 */
export function permutation(size: number, seed: number | string): Int32Array {
  checkSeed(seed);
  const random = seedrandom.alea(String(seed));
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/**
 * @internal
 * Splits the indices of `size` examples: the first `testShare` of a permutation is the test part, the rest
 * is the training part.
 *
 * @throws RangeError if the share is not above 0 and below 1, or if there are fewer than two examples
 */
export function splitOrder(
  size: number,
  { testShare, seed }: { testShare: number; seed: number | string },
): { train: Int32Array; test: Int32Array } {
  checkNumber("testShare", testShare, { above: 0, below: 1, example: "{ testShare: 0.25 }" });
  if (size < 2) throw new RangeError(`invalid split of ${size} example (expected at least two)`);
  const order = permutation(size, seed);
  const tested = Math.min(size - 1, Math.max(1, Math.round(size * testShare)));
  return { train: order.subarray(tested), test: order.subarray(0, tested) };
}

/** @internal A part that a seed has chosen, in words. */
export function shareOf(count: number, size: number, seed: number | string): string {
  return `${count.toLocaleString("en")} of ${size.toLocaleString("en")} by seed ${seed}`;
}
