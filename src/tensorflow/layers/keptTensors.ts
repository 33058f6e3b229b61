import type { TensorFlow } from "../loading/loaded.js";
import type { tf } from "../tf.js";

type Kept = tf.Tensor | null | undefined | Kept[];

/** The tensors that recurrent layers and their cells keep from one call to the next. */
interface Recurrent {
  states_?: Kept;
  keptStates?: Kept;
  dropoutMask?: Kept;
  recurrentDropoutMask?: Kept;
}

/** A layer as tfjs frees it. */
interface Disposable {
  disposeWeights(): number;
}

const names = ["states_", "keptStates", "dropoutMask", "recurrentDropoutMask"] as const;

/**
 * @internal
 * Frees with a recurrent layer the tensors that it keeps between calls: masks of its dropout, and states. tfjs frees the
 * weights alone.
 */
export function freeKeptTensors(tf: TensorFlow): void {
  const { Layer } = tf.layers;
  const { prototype } = Layer as unknown as { prototype: Disposable };
  const { disposeWeights } = prototype;
  prototype.disposeWeights = function () {
    const free = (layer: object) => {
      freeKept(tf, layer);
      for (const value of Object.values(layer).flat()) {
        // A layer inside, such as a cell, stands nowhere in a graph itself.
        if (value instanceof Layer && value.inboundNodes.length === 0) free(value);
      }
    };
    free(this);
    return disposeWeights.call(this);
  };
}

function freeKept(tf: TensorFlow, layer: Recurrent): void {
  for (const name of names) {
    const kept = [layer[name]].flat(3) as (tf.Tensor | null | undefined)[];
    const tensors = kept.filter((tensor) => tensor instanceof tf.Tensor && !tensor.isDisposed);
    if (tensors.length === 0) continue;
    tf.dispose(tensors as tf.Tensor[]);
    layer[name] = name === "keptStates" ? [] : null;
  }
}
