import type { tf } from "../tensorflow/index.js";
import { QuantizedLayer } from "./quantizedLayer.js";
import type { TensorQuantizer } from "./tensorQuantizer.js";

/**
 * The quantizers of a prepared model, in the order of its layers.
 *
 * @throws TypeError if the model isn't quantized
 * @example
 * q.qat.quantizers(qat).map(({ name }) => name).slice(0, 3); // [ "output", "kernel", "output" ]
 */
export function quantizers(model: tf.LayersModel): TensorQuantizer[] {
  const all = model.layers.flatMap((layer) =>
    layer instanceof QuantizedLayer ? layer.quantizers : [],
  );
  if (all.length > 0) return all;
  throw new TypeError(
    `invalid model: "${model.name}" has no quantizers (expected a prepared one, as in await q.prepare(model, scheme, { calibration }))`,
  );
}

/**
 * Lets a prepared model round its values again, after {@link disableFakeQuant}.
 *
 * @throws TypeError if the model isn't quantized
 * @example
 * q.qat.enableFakeQuant(qat);
 * q.qat.quantizers(qat).every(({ fakeQuantizing }) => fakeQuantizing); // true
 */
export function enableFakeQuant(model: tf.LayersModel): void {
  for (const quantizer of quantizers(model)) quantizer.fakeQuantizing = true;
}

/**
 * Lets all values of a prepared model pass as they are: the model computes and trains in float32. A compiled
 * step is traced anew after a change.
 *
 * @throws TypeError if the model isn't quantized
 * @example
 * const prepared = await q.prepare(model, scheme, { calibration: train.take(256) });
 * const quantized = q.accuracy(prepared, test);
 * q.qat.disableFakeQuant(prepared);
 * q.accuracy(prepared, test) > quantized; // true (0.96 and 0.8, at W3A3)
 */
export function disableFakeQuant(model: tf.LayersModel): void {
  for (const quantizer of quantizers(model)) quantizer.fakeQuantizing = false;
}

/**
 * Lets ranges follow the values in training, in a model prepared with `movingAverage`.
 *
 * @throws TypeError if the model isn't quantized, or was prepared without `movingAverage`
 * @example
 * const followed = await q.prepare(model, scheme, { calibration: train.take(256), movingAverage: true });
 * q.qat.disableObserver(followed);
 * q.qat.enableObserver(followed);
 * q.qat.quantizers(followed).every(({ observing }) => observing); // true
 */
export function enableObserver(model: tf.LayersModel): void {
  const all = quantizers(model);
  if (all.every(({ momentum }) => momentum === undefined)) {
    throw new TypeError(
      `invalid model: the ranges of "${model.name}" don't follow values (expected one from q.prepare(model, scheme, { calibration, movingAverage: true }))`,
    );
  }
  for (const quantizer of all) quantizer.observing = true;
}

/**
 * Lets ranges stay as they are.
 *
 * @throws TypeError if the model isn't quantized
 * @example
 * q.qat.disableObserver(qat);
 * q.qat.quantizers(qat).some(({ observing }) => observing); // false
 */
export function disableObserver(model: tf.LayersModel): void {
  for (const quantizer of quantizers(model)) quantizer.observing = false;
}
