import { activeRecorder } from "../compile/recorder.js";
import { tf } from "../tf.js";
import { onGrid } from "./composed.js";
import { type FakeQuantGrids, fakeQuantGrids } from "./fakeQuantGrids.js";
import type { FakeQuantOps } from "./native.js";
import { forwardUniform, sharedZero } from "./uniform.js";

/** Tensors with fewer values than this are one block. */
const small = 2 ** 18;
/** How many values fit into a core's cache, with the tensors that are computed from them. */
const block = 2 ** 16;
/**
 * From how many channels on blocks are faster than the native op: side by side in a compiled function, or one
 * after the other.
 */
const many = { compiled: 64, eager: 128 };
/** The length of a row, below which TensorFlow's ops on rows and vectors are slow. */
const width = 256;

/**
 * @internal
 * The per-channel ops for large tensors, in blocks of rows that fit into a core's cache. TensorFlow's own go
 * over the whole tensor once for each channel: with 64 channels, 16 million values take 20 times as long as a
 * copy. Many channels take the composed ops, whose results are the same bit for bit (but a NaN stays NaN also
 * in a channel whose range is [0, 0]). In a compiled function blocks run side by side; outside of one, channels
 * with one zero point take the op for one range. Sums of gradients are added block by block.
 */
export function inBlocks(ops: FakeQuantOps): FakeQuantOps {
  return {
    forward(x, min, max, attributes) {
      if (isSmall(x, min)) return ops.forward(x, min, max, attributes);
      return tf.tidy(() => {
        const matrix = x.reshape([-1, min.size]);
        const round = activeRecorder() ? compiled : eager;
        return round(ops)(matrix, min, max, attributes).reshape(x.shape);
      });
    },

    backward(dy, x, min, max, attributes) {
      if (isSmall(x, min)) return ops.backward(dy, x, min, max, attributes);
      return tf.tidy(() => {
        const [gradients, values] = [dy, x].map((t) => split(t.reshape([-1, min.size])));
        const parts = values!.map((part, i) =>
          ops.backward(gradients![i]!, part, min, max, attributes),
        );
        const [dx, dmin, dmax] = [0, 1, 2].map((output) => parts.map((part) => part[output]!));
        return [tf.concat(dx!, 0).reshape(x.shape), tf.addN(dmin!), tf.addN(dmax!)];
      });
    },
  };
}

/** How a matrix `[rows, channels]` is rounded with the help of the ops. */
type Forward = (ops: FakeQuantOps) => FakeQuantOps["forward"];

const compiled: Forward = (ops) => (matrix, min, max, attributes) =>
  min.size >= many.compiled
    ? composedBlocks(matrix, fakeQuantGrids(min, max, attributes))
    : nativeBlocks(ops)(matrix, min, max, attributes);

/**
 * Rounds without composed blocks: one after the other, their many ops would cost more than the memory that they
 * spare.
 */
const eager: Forward = (ops) => (matrix, min, max, attributes) => {
  const grid = fakeQuantGrids(min, max, attributes);
  const zero = sharedZero(grid);
  if (zero !== undefined) return forwardUniform(matrix, grid, zero, ops, attributes);
  return min.size >= many.eager
    ? onGrid(matrix, repeated(grid, 1))
    : nativeBlocks(ops)(matrix, min, max, attributes);
};

const nativeBlocks: Forward = (ops) => (matrix, min, max, attributes) =>
  tf.concat(
    split(matrix).map((part) => ops.forward(part, min, max, attributes)),
    0,
  );

/** Blocks whose rows hold each channel several times, and the rows that are left. */
function composedBlocks(matrix: tf.Tensor, grid: FakeQuantGrids): tf.Tensor {
  const [height, channels] = matrix.shape as [number, number];
  const times = Math.max(1, Math.floor(width / channels));
  const rows = Math.floor(height / times);
  const head = tf.slice2d(matrix as tf.Tensor2D, [0, 0], [rows * times, channels]);
  const wide = repeated(grid, times);
  const parts = split(head.reshape([rows, times * channels])).map((part) => onGrid(part, wide));
  if (rows * times < height) {
    const rest = tf.slice2d(matrix as tf.Tensor2D, [rows * times, 0], [-1, channels]);
    parts.push(onGrid(rest, repeated(grid, 1)));
  }
  return tf.concat(
    parts.map((part) => part.reshape([-1, channels])),
    0,
  );
}

function isSmall(x: tf.Tensor, min: tf.Tensor): boolean {
  return min.rank === 0 || x.size < small || min.size < 2;
}

/** The grid of rows that hold each channel several times; if a range is [0, 0], its values become 0. */
function repeated(grid: FakeQuantGrids, times: number): FakeQuantGrids {
  const tile = (tensor: tf.Tensor) => tf.tile(tensor, [times]);
  const { live, scale, inverse } = grid;
  const dead = tf.zerosLike(scale);
  return {
    ...grid,
    scale: tile(scale),
    zeroPoint: tile(grid.zeroPoint),
    low: tile(grid.low),
    high: tile(grid.high),
    inverse: tile(tf.where(live, inverse, dead)),
  };
}

/** Rows share memory with the tensor: a slice of them is no copy. */
function split(matrix: tf.Tensor): tf.Tensor[] {
  const [rows, columns] = matrix.shape as [number, number];
  const height = Math.ceil(block / columns);
  return Array.from({ length: Math.ceil(rows / height) }, (_, i) =>
    tf.slice2d(
      matrix as tf.Tensor2D,
      [i * height, 0],
      [Math.min(height, rows - i * height), columns],
    ),
  );
}
