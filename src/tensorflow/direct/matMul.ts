import { type DirectKernel, floats, sizeOf } from "./kernel.js";

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
  const out = new Float32Array(batch * left * right);
  // With both operands' shared axis last, the inner loop reads both in a row.
  const p = transposeA ? rowsLast(x, batchA, shared, left) : x;
  const q = transposeB ? y : rowsLast(y, batchB, shared, right);
  for (let i = 0; i < batch; i++) {
    const from = { p: (i % batchA) * left * shared, q: (i % batchB) * right * shared };
    multiply(p, q, out.subarray(i * left * right, (i + 1) * left * right), {
      ...{ left, right, shared, block: backend.blockSize },
      ...from,
    });
  }
  return backend.makeTensorInfo([...outer, left, right], "float32", out);
};

/** Exchanges the last two axes. */
function rowsLast(x: Float32Array, batch: number, rows: number, columns: number): Float32Array {
  const out = new Float32Array(x.length);
  for (let i = 0; i < batch; i++) {
    const start = i * rows * columns;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) out[start + c * rows + r] = x[start + r * columns + c]!;
    }
  }
  return out;
}

interface Product {
  left: number;
  right: number;
  shared: number;
  block: number;
  p: number;
  q: number;
}

function multiply(p: Float32Array, q: Float32Array, out: Float32Array, sizes: Product): void {
  const { left, right, shared, block } = sizes;
  for (let start = 0; start < shared; start += block) {
    const length = Math.min(block, shared - start);
    for (let i = 0; i < left; i++) {
      const row = sizes.p + i * shared + start;
      let j = 0;
      for (; j + 4 <= right; j += 4) {
        const first = sizes.q + j * shared + start;
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let k = 0; k < length; k++) {
          const value = p[row + k]!;
          a += value * q[first + k]!;
          b += value * q[first + shared + k]!;
          c += value * q[first + 2 * shared + k]!;
          d += value * q[first + 3 * shared + k]!;
        }
        const at = i * right + j;
        out[at]! += a;
        out[at + 1]! += b;
        out[at + 2]! += c;
        out[at + 3]! += d;
      }
      for (; j < right; j++) {
        const first = sizes.q + j * shared + start;
        let a = 0;
        for (let k = 0; k < length; k++) a += p[row + k]! * q[first + k]!;
        out[i * right + j]! += a;
      }
    }
  }
}
