/**
 * @internal
 * The lower triangular L with L·Lᵀ = A, for A symmetric and positive definite, n × n, row by row.
 *
 * @throws RangeError if A isn't positive definite
 */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i > j) l[i * n + j] = sum / l[j * n + j]!;
      else if (sum > 0) l[j * n + j] = Math.sqrt(sum);
      else throw new RangeError("the matrix isn't positive definite (expected a larger damping)");
    }
  }
  return l;
}

/**
 * @internal
 * The upper triangular U with Uᵀ·U = A⁻¹, for A as {@link cholesky} takes it.
 *
 * The Cholesky factor of A with its rows and columns reversed, reversed again, is an upper triangular R with A
 * = R·Rᵀ; then U = R⁻¹.
 */
export function inverseFactor(a: Float64Array, n: number): Float64Array {
  const reversed = a.map((_, i) => a[n * n - 1 - i]!);
  const r = cholesky(reversed, n).reverse();
  const u = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    u[j * n + j] = 1 / r[j * n + j]!;
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += r[i * n + k]! * u[k * n + j]!;
      u[i * n + j] = -sum / r[i * n + i]!;
    }
  }
  return u;
}
