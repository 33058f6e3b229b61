import seedrandom from "seedrandom";

/**
 * @internal
 * The numbers 0 to size − 1 in an order that only the seed decides (Fisher–Yates over seedrandom's
 * Alea generator).
 */
export function permutation(size: number, seed: number | string): Int32Array {
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
 * Which of `size` examples are tested on, and which are left to train: the first ones of a
 * permutation, `testShare` of them, are tested on.
 *
 * @throws RangeError for a share that isn't above 0 and below 1, or less than two examples
 */
export function splitOrder(
  size: number,
  { testShare, seed }: { testShare: number; seed: number | string },
): { train: Int32Array; test: Int32Array } {
  if (!(testShare > 0 && testShare < 1)) {
    throw new RangeError(
      `invalid testShare: ${testShare} (expected a number between 0 and 1, as in { testShare: 0.25 })`,
    );
  }
  if (size < 2) throw new RangeError(`invalid split of ${size} example (expected at least two)`);
  const order = permutation(size, seed);
  const tested = Math.min(size - 1, Math.max(1, Math.round(size * testShare)));
  return { train: order.subarray(tested), test: order.subarray(0, tested) };
}

/** @internal The words for a part that a seed has chosen. */
export function shareOf(count: number, size: number, seed: number | string): string {
  return `${count.toLocaleString("en")} of ${size.toLocaleString("en")} by seed ${seed}`;
}
