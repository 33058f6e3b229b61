import { complaint } from "../arguments/index.js";

/**
 * The p-values of several comparisons, corrected for looking at all of them: if each that is at most 0.05 is called
 * a finding, the probability of even one false finding stays at most 0.05, however the comparisons depend on
 * each other.
 *
 * The k-th smallest of m values is multiplied by m − k + 1; no value is smaller than one before it, or above 1. Source: Holm
 * 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 65.
 *
 * @param pValues Probabilities from 0 to 1, in any order.
 * @returns The corrected values, in the same order.
 * @throws RangeError if a value is not between 0 and 1.
 * @example
 * q.holm([0.01, 0.04, 0.03]); // [ 0.03, 0.06, 0.06 ]
 */
export function holm(pValues: readonly number[]): number[] {
  const list = Array.from(pValues ?? []);
  const bad = list.find((p) => !(p >= 0 && p <= 1));
  if (bad !== undefined) {
    throw new RangeError(
      complaint({
        name: "p-value",
        value: bad,
        expected: "a probability from 0 to 1",
        example: "q.holm([0.01, 0.04])",
      }),
    );
  }
  const order = list.map((_, i) => i).sort((a, b) => list[a]! - list[b]!);
  const corrected = new Array<number>(list.length);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, (list.length - rank) * list[i]!));
    corrected[i] = largest;
  });
  return corrected;
}
