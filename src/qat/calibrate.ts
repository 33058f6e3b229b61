import { type CalibrationMethod, type Observer, observer } from "../calibration/index.js";
import { weightRange } from "../calibration/weights.js";
import { tf } from "../tensorflow/index.js";
import { yieldToEvents } from "../train/yieldToEvents.js";
import { QuantizedLayer } from "./quantizedLayer.js";
import type { TensorQuantizer } from "./tensorQuantizer.js";

/** Examples that pass through the model at a time: what is held of them is bounded. */
const batchSize = 256;

/**
 * @internal
 * Finds the ranges of a prepared model's quantizers. The model runs on examples in float: quantizers of
 * activations let the values pass, observe them, and take the ranges that the method finds. Those of weights
 * are found on the weights.
 *
 * @param options `inputs`, examples of each input of the model; `method`
 */
export async function calibrate(
  prepared: tf.LayersModel,
  { inputs, method }: { inputs: tf.Tensor[]; method: CalibrationMethod },
): Promise<void> {
  const layers = prepared.layers.filter((layer) => layer instanceof QuantizedLayer);
  const observed = layers.flatMap((layer) =>
    layer.quantizers
      .filter(({ role }) => role === "activations")
      .map((quantizer) => ({ layer, quantizer, observer: observer(method) })),
  );
  if (observed.length > 0) await observe(prepared, layers, observed, inputs);
  for (const { layer, quantizer, observer } of observed) {
    inLayer(nameOf(layer), () => quantizer.write(observer.range(quantizer.format)));
  }
  for (const layer of layers) calibrateWeights(layer, method);
}

/** A quantizer of activations and what sees its values. */
interface Observed {
  layer: QuantizedLayer;
  quantizer: TensorQuantizer;
  observer: Observer;
}

async function observe(
  prepared: tf.LayersModel,
  layers: QuantizedLayer[],
  observed: Observed[],
  inputs: tf.Tensor[],
): Promise<void> {
  const all = layers.flatMap(({ quantizers }) => quantizers);
  for (const quantizer of all) quantizer.beginCalibration();
  try {
    const size = inputs[0]!.shape[0]!;
    for (let start = 0; start < size; start += batchSize) {
      const count = Math.min(batchSize, size - start);
      const batch = inputs.map((input) => input.slice(start, count));
      try {
        tf.dispose(prepared.predict(batch.length === 1 ? batch[0]! : batch));
        for (const { layer, quantizer, observer } of observed) {
          inLayer(nameOf(layer), () => quantizer.observe(observer));
        }
      } finally {
        tf.dispose(batch);
      }
      await yieldToEvents();
    }
  } finally {
    for (const quantizer of all) quantizer.endCalibration();
  }
}

/** @internal Finds the ranges of a layer's weights. */
export function calibrateWeights(layer: QuantizedLayer, method: CalibrationMethod): void {
  for (const [path, quantizer] of layer.weightQuantizers) {
    const values = tf.tidy(
      () => quantizer.channelsLast(layer.latent(path).read()).dataSync() as Float32Array,
    );
    const { format } = quantizer;
    inLayer(layer.name, () => {
      quantizer.write(weightRange(values, layer.channels(path), format, method), values);
    });
  }
}

/** What quantizes an input of the model has the input's name in its own. */
function nameOf({ name, inner }: QuantizedLayer): string {
  const plain = inner.getClassName() === "Activation" && inner.getConfig().activation === "linear";
  return plain ? name.replace(/_quantized$/, "") : name;
}

/** Looks for a range, and names the layer when there is none. */
function inLayer<T>(name: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RangeError(`cannot calibrate layer "${name}": ${why}`, { cause: error });
  }
}
