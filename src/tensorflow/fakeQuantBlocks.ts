import type { FakeQuantOps } from "./fakeQuantNative.js";
import { tf } from "./tf.js";

/** Fewer values than this are a block as a whole. */
const small = 2 ** 18;

/**
 * @internal
 * Runs the per-channel ops on blocks of rows that fit into a core's cache. TensorFlow's ops go over
 * the whole tensor once for each channel, so that a tensor that doesn't fit is read from memory as many times
 * as it has channels. In a compiled function blocks also run side by side. Values are the ops' own;
 * sums over blocks are added in another order than the op's.
 */
export function inBlocks(ops: FakeQuantOps): FakeQuantOps {
  return {
    forward(x, min, max, attributes) {
      const rows = blockRows(x, min);
      if (!rows) return ops.forward(x, min, max, attributes);
      return tf.tidy(() => {
        const parts = split(x, rows).map((part) => ops.forward(part, min, max, attributes));
        return tf.concat(parts, 0).reshape(x.shape);
      });
    },

    backward(dy, x, min, max, attributes) {
      const rows = blockRows(x, min);
      if (!rows) return ops.backward(dy, x, min, max, attributes);
      return tf.tidy(() => {
        const gradients = split(dy, rows);
        const parts = split(x, rows).map((part, i) =>
          ops.backward(gradients[i]!, part, min, max, attributes),
        );
        const [dx, dmin, dmax] = [0, 1, 2].map((output) => parts.map((part) => part[output]!));
        return [tf.concat(dx!, 0).reshape(x.shape), tf.addN(dmin!), tf.addN(dmax!)];
      });
    },
  };
}

/** Rows in a block; 0 where it takes no blocks. */
function blockRows(x: tf.Tensor, min: tf.Tensor): number {
  if (min.rank === 0 || x.size < small || min.size < 8) return 0;
  // Rows of many channels lie far apart, and caches hold fewer of them.
  const values = min.size > 128 ? 2 ** 15 : 2 ** 16;
  return Math.max(32, Math.floor(values / min.size));
}

/** Rows share memory with the tensor: a slice of them is no copy. */
function split(x: tf.Tensor, rows: number): tf.Tensor[] {
  const channels = x.shape.at(-1)!;
  const matrix = x.reshape([-1, channels]) as tf.Tensor2D;
  const height = matrix.shape[0];
  return Array.from({ length: Math.ceil(height / rows) }, (_, i) =>
    tf.slice2d(matrix, [i * rows, 0], [Math.min(rows, height - i * rows), channels]),
  );
}
