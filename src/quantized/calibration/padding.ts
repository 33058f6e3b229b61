import type { Layer } from "../../graph/index.js";
import { tf } from "../../tensorflow/index.js";
import type { QuantizedLayer } from "../quantizedLayer.js";
import type { TensorQuantizer } from "../tensorQuantizer.js";

/** Shows the values of a quantizer. */
export type Show = (quantizer: TensorQuantizer, x: tf.Tensor) => void;

/** A layer's values while the layer is calibrated. */
export interface Unpadded {
  /** Takes values as the layer computes them. */
  take: Show;
  /** Ends the calibration of the layer. */
  end(): void;
}

type Masks = (tf.Tensor | null | undefined)[];
type Mask = Masks[number];

/**
 * @internal
 * Shows a layer's values without the steps that a mask covers: padding isn't calibrated. tfjs computes a layer's masks
 * after its values, so the values of a layer that takes masks are kept until then.
 */
export function unpadded(layer: QuantizedLayer, show: Show): Unpadded {
  if (!layer.supportsMasking) return { take: show, end: () => undefined };
  let kept: [TensorQuantizer, tf.Tensor][] = [];
  const computeMask = layer.computeMask.bind(layer);
  layer.computeMask = (inputs, masks) => {
    const mask = computeMask(inputs, masks);
    // A layer's own call doesn't know the masks; the model's execution does, and asks again.
    if (Array.isArray(masks)) {
      const values = kept;
      kept = [];
      try {
        showUnmasked(layer, values, { before: (masks as Masks)[0], after: [mask].flat()[0], show });
      } finally {
        tf.dispose(values.map(([, x]) => x));
      }
    }
    return mask;
  };
  return {
    take: (quantizer, x) => void kept.push([quantizer, tf.keep(x.clone())]),
    end() {
      tf.dispose(kept.map(([, x]) => x));
      delete (layer as Partial<QuantizedLayer>).computeMask;
    },
  };
}

function showUnmasked(
  layer: QuantizedLayer,
  values: [TensorQuantizer, tf.Tensor][],
  { before, after, show }: { before: Mask; after: Mask; show: Show },
): void {
  const showPart = (quantizer: TensorQuantizer, x: tf.Tensor, mask: Mask) =>
    tf.tidy(() => {
      const rows = mask ? unmaskedRows(x, mask) : x;
      if (rows.size > 0) show(quantizer, rows);
    });
  const turns = new Map<TensorQuantizer, number>();
  for (const [quantizer, x] of values) {
    if (quantizer === layer.outputQuantizer) {
      showPart(quantizer, x, after);
      continue;
    }
    const turn = turns.get(quantizer) ?? 0;
    turns.set(quantizer, turn + 1);
    const mask = before && tf.tidy(() => stepMask(layer.inner, before, turn));
    showPart(quantizer, x, mask);
    mask?.dispose();
  }
}

/** The mask of the values that a recurrent layer's cell gives when it is called for the nth time. */
function stepMask(layer: Layer, mask: tf.Tensor, turn: number): tf.Tensor | undefined {
  const { forwardLayer, backwardLayer } = layer as unknown as Record<string, Layer | undefined>;
  const layers = forwardLayer ? [forwardLayer, backwardLayer!] : [layer];
  const steps = mask.shape[1]!;
  // In a layer of two directions, the calls of one direction follow those of the other.
  const recurrent = layers[Math.floor(turn / steps)];
  if (!recurrent || !("cell" in recurrent)) return undefined;
  const { goBackwards } = recurrent as { goBackwards?: boolean };
  const step = goBackwards ? steps - 1 - (turn % steps) : turn % steps;
  return tf.squeeze(tf.slice(mask.toFloat(), [0, step], [-1, 1]), [1]);
}

/** In a tidy: the rows of a tensor that a mask of its first axes doesn't cover; all rows for a mask of other axes. */
function unmaskedRows(x: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  if (mask.shape.some((size, axis) => size !== x.shape[axis])) return x;
  const on = mask.dataSync();
  const places = Array.from(on.keys()).filter((place) => on[place]);
  const rows = x.reshape([mask.size, ...x.shape.slice(mask.rank)]);
  return tf.gather(rows, tf.tensor1d(places, "int32"));
}
