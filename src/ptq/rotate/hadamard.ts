import seedrandom from "seedrandom";

/**
 * @internal
 * Multiplies a vector by the orthogonal matrix diag(signs)·H/√b, in place: H is Sylvester's Hadamard matrix of
 * size b, a power of 2 that divides the length, and is applied to each block of b entries. The fast transform
 * takes n·log₂b additions (Fino and Algazi 1976).
 *
 * Since H is symmetric, Rᵀ·w for a column w is the same as wᵀ·R.
 *
 * @example
 * const x = Float64Array.of(3, 1);
 * rotateVector(x, Float32Array.of(1, 1));
 * x; // Float64Array(2) [ 2.83, 1.41 ]
 */
export function rotateVector(
  values: Float64Array,
  signs: ArrayLike<number>,
  block = blockSize(values.length),
): void {
  for (let i = 0; i < values.length; i++) values[i]! *= signs[i]! / Math.sqrt(block);
  for (let half = 1; half < block; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const [a, b] = [values[i]!, values[i + half]!];
        values[i] = a + b;
        values[i + half] = a - b;
      }
    }
  }
}

/** @internal The largest power of 2 that divides n. */
export function blockSize(n: number): number {
  let block = 1;
  while (n % (2 * block) === 0) block *= 2;
  return block;
}

/** @internal Signs that make the rotation random (Ashkboos et al. 2024, arXiv:2404.00456). */
export function randomSigns(n: number, seed: number | string): Float32Array {
  const random = seedrandom.alea(String(seed));
  return Float32Array.from({ length: n }, () => (random() < 0.5 ? -1 : 1));
}
