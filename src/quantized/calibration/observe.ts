import type { Collector, Observer, PartObserver } from "../../calibration/index.js";
import { tf } from "../../tensorflow/index.js";
import { inputBatches } from "../../train/index.js";
import type { QuantizedLayer } from "../quantizedLayer.js";
import type { TensorQuantizer } from "../tensorQuantizer.js";
import { inLayer, nameOf } from "./layerNames.js";
import { type Show, unpadded } from "./padding.js";
import type { CalibrationProgress } from "./progress.js";

/** The number of examples in a batch, for observers that follow batches. */
const batchSize = 256;
/** The number of examples that pass through the model at a time, as in its `predict`. */
const partSize = 32;

/** @internal A quantizer of activations, with the observer and the collector that see its values. */
export interface Observed {
  layer: QuantizedLayer;
  quantizer: TensorQuantizer;
  observer: Observer;
  /** Passes the values to the observer as they come. */
  parts: PartObserver;
  collector: Collector;
}

/**
 * @internal
 * Runs a model on examples, and shows each observer its values as they come: the memory that this takes doesn't depend
 * on the number of layers or examples. Steps that a mask covers aren't observed.
 *
 * @throws RangeError if a mask covers all values of a quantizer, naming the layer
 */
export async function observe(
  prepared: tf.LayersModel,
  layers: readonly QuantizedLayer[],
  observed: readonly Observed[],
  inputs: readonly tf.Tensor[],
  progress: CalibrationProgress,
): Promise<void> {
  const seeing = new Map(observed.map((entry) => [entry.quantizer, entry]));
  const seen = new Set<Observed>();
  const show: Show = (quantizer, x) => {
    const entry = seeing.get(quantizer)!;
    seen.add(entry);
    inLayer(nameOf(entry.layer), () => {
      entry.parts.observe(x);
      entry.collector.observe(x);
    });
  };
  const calibrated = layers.map((layer) => {
    const { take, end } = unpadded(layer, show);
    for (const quantizer of layer.quantizers) {
      quantizer.beginCalibration((x) => seeing.has(quantizer) && take(quantizer, x));
    }
    return { quantizers: layer.quantizers, end };
  });
  try {
    const size = inputs[0]!.shape[0]!;
    let start = 0;
    for (const batch of inputBatches(inputs, partSize)) {
      const count = Math.min(partSize, size - start);
      try {
        tf.dispose(prepared.predict(batch, { batchSize: partSize }));
      } finally {
        tf.dispose(batch);
      }
      const end = start + count;
      if (end % batchSize === 0 || end === size) {
        for (const entry of seen) entry.parts.endBatch();
      }
      start = end;
      await progress.tick(count);
    }
    const padded = observed.find((entry) => !seen.has(entry));
    if (padded) throw onlyPadding(padded);
  } finally {
    for (const { quantizers, end } of calibrated) {
      for (const quantizer of quantizers) quantizer.endCalibration();
      end();
    }
  }
}

function onlyPadding({ layer, quantizer }: Observed): RangeError {
  return new RangeError(
    `invalid calibration: a mask covers all values of ${quantizer.name} in layer "${nameOf(layer)}" (expected examples that aren't only padding)`,
  );
}
