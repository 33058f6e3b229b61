import type { DataFrame } from "danfojs-node";
import { dataFrame } from "./dataFrame.js";
import { largestDifference } from "./largestDifference.js";

/** Values that can be compared: a tensor, a list of numbers, or a number. */
type Values = Parameters<typeof largestDifference>[0];

/**
 * A table that holds results against their references: a row for each pair, with the largest absolute difference of the two.
 *
 * @param pairs the values of both sides, by a name for each pair, as `[ours, theirs]`
 * @throws TypeError or RangeError as {@link largestDifference}; RangeError if there is no pair
 * @example
 * const table = q.differences({ "by hand": [[1, 2.5], [1, 2]], library: [q.tf.tensor([1, 2]), [1, 2]] });
 * table.columns; // [ "compared", "largest difference" ]
 */
export function differences(
  pairs: Readonly<Record<string, readonly [ours: Values, theirs: Values]>>,
): DataFrame {
  return dataFrame(
    Object.entries(pairs ?? {}).map(([compared, [ours, theirs]]) => ({
      compared,
      "largest difference": largestDifference(ours, theirs),
    })),
  );
}
