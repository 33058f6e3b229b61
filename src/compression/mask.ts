/** @internal N of each M neighbours along an axis are kept. */
export interface Pattern {
  keep: number;
  of: number;
}

/**
 * @internal
 * Which values are kept when the smallest are pruned: all but round(sparsity · n) of them, by magnitude; among equal
 * ones the first ones go.
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
 * Which values are kept of a kernel `[…, inputs, outputs]` when of each group of M inputs the N largest in magnitude
 * stay; all of them where it has fewer than M inputs. The last group may be a smaller one.
 */
export function patternMask(
  values: Float32Array,
  shape: readonly number[],
  { keep, of }: Pattern,
): Uint8Array {
  const mask = new Uint8Array(values.length).fill(1);
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  if (shape.length < 2 || inputs < of) return mask;
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
