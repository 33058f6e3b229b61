/** @param {number[]} list */
export function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return /** @type {number} */ (sorted[Math.floor(sorted.length / 2)]);
}

/**
 * The median of the rounds' ratios.
 *
 * @param {number[]} above
 * @param {number[]} below
 */
export function ratio(above, below) {
  return median(above.map((value, i) => value / /** @type {number} */ (below[i])));
}
