import { tf } from "../tf.js";
import type { FakeQuantOps } from "./native.js";

/**
 * @internal
 * Ops for ranges per column, which also take blocks: x `[before, size, after]` with ranges `[before, after]`. It is
 * the twin of the kernels' blocks (kernels/native/fakeQuantBlocks.cc), with the same values bit for bit.
 */
export function inColumns(ops: FakeQuantOps): FakeQuantOps {
  return {
    forward(x, min, max, attributes) {
      if (min.rank < 2) return ops.forward(x, min, max, attributes);
      return tf.tidy(() => {
        const value = ops.forward(columns(x), min.flatten(), max.flatten(), attributes);
        return restored(value, x);
      });
    },

    backward(dy, x, min, max, attributes) {
      if (min.rank < 2) return ops.backward(dy, x, min, max, attributes);
      return tf.tidy(() => {
        const ends = [min.flatten(), max.flatten()] as const;
        const [dx, below, above] = ops.backward(columns(dy), columns(x), ...ends, attributes);
        return [restored(dx!, x), below!.reshape(min.shape), above!.reshape(min.shape)];
      });
    },
  };
}

/** `[before, size, after]` becomes `[size, before · after]`. */
function columns(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, [1, 0, 2]).reshape([x.shape[1]!, -1]);
}

function restored(rows: tf.Tensor, { shape }: tf.Tensor): tf.Tensor {
  const [before, size, after] = shape as [number, number, number];
  return tf.transpose(rows.reshape([size, before, after]), [1, 0, 2]);
}
