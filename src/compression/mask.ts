/** @internal An N:M pattern: N (`keep`) of each M (`of`) neighbours along an axis are kept. */
export interface Pattern {
  keep: number;
  of: number;
}

/**
 * @internal
 * The mask of values that are kept when the smallest are pruned: 0 for the round(sparsity · n) values with the
 * smallest magnitudes, else 1. Among values of equal magnitude the first are pruned.
 */
export function magnitudeMask(values: Float32Array, sparsity: number): Uint8Array {
  const mask = new Uint8Array(values.length).fill(1);
  const count = Math.round(sparsity * values.length);
  if (count === 0) return mask;
  const sizes = values.map(Math.abs);
  const threshold = sizes.toSorted()[count - 1]!;
  let below = 0;
  for (const size of sizes) if (size < threshold) below++;
  let equal = count - below;
  sizes.forEach((size, i) => {
    if (size < threshold || (size === threshold && equal-- > 0)) mask[i] = 0;
  });
  return mask;
}

/**
 * @internal
 * The mask of a kernel `[…, inputs, outputs]`: in each group of M inputs, 1 for the N values with the largest
 * magnitudes, else 0. The last group may be smaller than M.
 */
export function patternMask(
  values: Float32Array,
  shape: readonly number[],
  { keep, of }: Pattern,
): Uint8Array {
  const mask = new Uint8Array(values.length).fill(1);
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  for (let place = 0; place < values.length; place += inputs * outputs) {
    for (let output = 0; output < outputs; output++) {
      for (let start = 0; start < inputs; start += of) {
        const count = Math.min(of, inputs - start);
        const group = Array.from(
          { length: count },
          (_, i) => place + (start + i) * outputs + output,
        );
        group.sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || b - a);
        for (const i of group.slice(keep)) mask[i] = 0;
      }
    }
  }
  return mask;
}
