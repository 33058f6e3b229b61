/**
 * @internal
 * The smallest and the largest of any number of values; `Math.max(...values)` takes no more arguments than
 * the stack holds, some 120,000. Without values the smallest is ∞ and the largest −∞.
 *
 * @example
 * extent([0.5, -2, 1]); // { min: -2, max: 1 }
 */
export function extent(values: Iterable<number>): { min: number; max: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}
