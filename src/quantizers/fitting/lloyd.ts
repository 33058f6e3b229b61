/** @internal Gives the mean of each cell between neighbouring edges; `undefined` for an empty cell. */
export type Means = (edges: readonly number[]) => (number | undefined)[];

/**
 * @internal
 * Lloyd's algorithm in one dimension: each value becomes the mean of the samples that are nearest to it, until
 * no value moves. Lloyd 1982, IEEE Transactions on Information Theory 28(2); Max 1960, IRE Transactions on
 * Information Theory 6(1).
 *
 * @param values ascending
 * @param means gives the mean of each cell, from one edge to the next
 */
export function lloyd(values: readonly number[], means: Means, iterations: number): number[] {
  let current = [...values];
  for (let i = 0; i < iterations; i++) {
    const middles = current.slice(1).map((value, j) => (value + current[j]!) / 2);
    const centres = means([-Infinity, ...middles, Number.POSITIVE_INFINITY]);
    const next = current.map((value, j) => centres[j] ?? value);
    const moved = Math.max(...next.map((value, j) => Math.abs(value - current[j]!)));
    current = next;
    if (moved <= 1e-13 * Math.max(...current.map(Math.abs))) break;
  }
  return current;
}

/** @internal The means of sorted samples in cells, each a difference of two sums. */
export function sampleMeans(sorted: Float64Array): Means {
  const sums = new Float64Array(sorted.length + 1);
  for (const [i, value] of sorted.entries()) sums[i + 1] = sums[i]! + value;
  return (edges) => {
    const starts = edges.map((edge) => firstFrom(sorted, edge));
    return starts.slice(1).map((end, i) => {
      const start = starts[i]!;
      return end > start ? (sums[end]! - sums[start]!) / (end - start) : undefined;
    });
  };
}

/** The index of the first value that isn't below an edge. */
function firstFrom(sorted: Float64Array, edge: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * @internal
 * The numbers of a list, ascending.
 *
 * @throws RangeError if too few are different, or if one isn't finite
 */
export function sortedSamples(samples: ArrayLike<number>, levels: number): Float64Array {
  const sorted = Float64Array.from(samples ?? []).sort();
  const different = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]).length;
  if (!sorted.every(Number.isFinite) || different < levels) {
    throw new RangeError(
      `invalid values: ${different} different ones (expected at least ${levels}, all finite)`,
    );
  }
  return sorted;
}
