import { type DirectKernel, doubles, floats, resultFloats, scratch, sizeOf } from "./kernel.js";

/**
 * @internal
 * `BatchMatMul`. As in tfjs's kernel, a product's terms are summed in double precision in blocks, and the blocks' sums
 * are rounded to float32, so that both give the same bits.
 */
export const matMul: DirectKernel = ({ inputs: { a, b }, backend, attrs }, { backend_util }) => {
  const x = floats(backend, a);
  const y = floats(backend, b);
  if (!x || !y) return undefined;
  const { transposeA, transposeB } = attrs;
  const [rowsA, columnsA] = a!.shape.slice(-2) as [number, number];
  const [rowsB, columnsB] = b!.shape.slice(-2) as [number, number];
  const [left, shared] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [inner, right] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  if (shared !== inner) return undefined; // tfjs's kernel tells of it
  const outerA = a!.shape.slice(0, -2);
  const outerB = b!.shape.slice(0, -2);
  const outer = backend_util.assertAndGetBroadcastShape(outerA, outerB);
  const [batchA, batchB] = [sizeOf(outerA), sizeOf(outerB)];
  const batch = Math.max(batchA, batchB);
  const out = resultFloats(backend, batch * left * right).fill(0);
  // With both operands' shared axis last, the inner loop reads both in a row.
  const p = transposeA ? rowsLast("left", x, batchA, shared, left) : doubles("left", x);
  const q = transposeB ? doubles("right", y) : rowsLast("right", y, batchB, shared, right);
  for (let i = 0; i < batch; i++) {
    const from = { p: (i % batchA) * left * shared, q: (i % batchB) * right * shared };
    const sizes = { left, right, shared, block: backend.blockSize };
    multiply(p, q, out, { ...sizes, ...from, at: i * left * right });
  }
  return backend.makeTensorInfo([...outer, left, right], "float32", out);
};

/** Exchanges the last two axes. */
function rowsLast(
  name: string,
  x: Float32Array,
  batch: number,
  rows: number,
  columns: number,
): Float64Array {
  const out = scratch(name, x.length);
  let read = 0;
  for (let i = 0; i < batch; i++) {
    const start = i * rows * columns;
    for (let r = 0; r < rows; r++) {
      let write = start + r;
      for (let c = 0; c < columns; c++, write += rows) out[write] = x[read++]!;
    }
  }
  return out;
}

interface Product {
  left: number;
  right: number;
  shared: number;
  block: number;
  /** Where the operands and the result begin. */
  p: number;
  q: number;
  at: number;
}

/** Two rows by four columns at a time. Rows and columns that aren't there are read as the last ones. */
function multiply(p: Float64Array, q: Float64Array, out: Float32Array, sizes: Product): void {
  const { left, right, shared, block } = sizes;
  for (let start = 0; start < shared; start += block) {
    const length = Math.min(block, shared - start);
    for (let i = 0; i < left; i += 2) {
      const row = sizes.p + i * shared + start;
      const below = i + 1 < left ? shared : 0;
      for (let j = 0; j < right; j += 4) {
        const last = right - 1 - j;
        const first = sizes.q + j * shared + start;
        const second = first + Math.min(1, last) * shared;
        const third = first + Math.min(2, last) * shared;
        const fourth = first + Math.min(3, last) * shared;
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        let e = 0;
        let f = 0;
        let g = 0;
        let h = 0;
        for (let k = 0; k < length; k++) {
          const upper = p[row + k]!;
          const lower = p[row + below + k]!;
          const one = q[first + k]!;
          const two = q[second + k]!;
          const three = q[third + k]!;
          const four = q[fourth + k]!;
          a += upper * one;
          b += upper * two;
          c += upper * three;
          d += upper * four;
          e += lower * one;
          f += lower * two;
          g += lower * three;
          h += lower * four;
        }
        const at = sizes.at + i * right + j;
        add(out, at, last, a, b, c, d);
        if (below > 0) add(out, at + right, last, e, f, g, h);
      }
    }
  }
}

/** Adds up to four neighbours. */
function add(
  out: Float32Array,
  at: number,
  last: number,
  a: number,
  b: number,
  c: number,
  d: number,
): void {
  out[at]! += a;
  if (last > 0) out[at + 1]! += b;
  if (last > 1) out[at + 2]! += c;
  if (last > 2) out[at + 3]! += d;
}
