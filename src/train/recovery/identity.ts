import type { tf } from "../../tensorflow/index.js";
import type { Training } from "../loop/setUp.js";
import type { FitOptions } from "../options/options.js";
import type { StepCallback } from "../options/stepCallback.js";

/** @internal The facts that a training has to share with a training that goes on from its checkpoint. */
export type Identity = Record<string, string | string[]>;

/** @internal Names that tfjs makes up are left out: they differ from process to process. */
export function identityOf(training: Training, options: FitOptions): Identity {
  const { model, examples, batchSize, names, optimizer, callbacks } = training;
  const { epochs, seed = 0, shuffle = true, clipNorm, learningRate } = options;
  const { learningRate: current, ...settings } = optimizer.getConfig() as Record<string, unknown>;
  return {
    model: model.layers.map(layerText),
    data: [
      `${examples.size} examples`,
      ...[...examples.inputs, ...examples.targets].map(tensorText),
    ],
    measures: names,
    optimizer: `${optimizer.getClassName()} ${JSON.stringify(settings)}`,
    learningRate: String(learningRate ?? current),
    schedule: String(options.schedule ?? "the default"),
    epochs: String(epochs),
    batchSize: String(batchSize),
    seed: String(seed),
    shuffle: String(shuffle),
    clipNorm: String(clipNorm ?? "none"),
    callbacks: callbacks.parts.map(className),
  };
}

/** A name that stays when a bundler renames classes, as far as the class has one. */
function className(callback: StepCallback): string {
  const type = callback.constructor as { className?: string; name: string };
  return type.className ?? type.name;
}

/** @internal @throws Error if the two differ, naming the first difference */
export function checkIdentity(saved: Identity, now: Identity, place: string): void {
  for (const [field, value] of Object.entries(now)) {
    const [before, after] = [[saved[field] ?? []].flat(), [value].flat()];
    const count = Math.max(before.length, after.length);
    for (let i = 0; i < count; i++) {
      if (before[i] === after[i]) continue;
      const entry = Array.isArray(value) ? `${field}, entry ${i + 1}` : field;
      throw new Error(
        `invalid checkpoint: ${place} is of another training (${entry}: ${before[i] ?? "nothing"} there, ${after[i] ?? "nothing"} here); give what it was begun with, or another folder`,
      );
    }
  }
}

function layerText(layer: tf.LayersModel["layers"][number]): string {
  const shapes = layer.weights.map(({ shape }) => `[${shape}]`);
  return [layer.getClassName(), ...shapes].join(" ");
}

/** A tensor's shape, and a hash (FNV-1a) of its first, middle and last example. */
function tensorText(tensor: tf.Tensor): string {
  const { shape, dtype, size } = tensor;
  const count = shape[0];
  let hash = 0x811c9dc5;
  for (const row of [0, count >> 1, count - 1]) {
    const example = tensor.slice(row, 1);
    const values = example.dataSync();
    example.dispose();
    for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
      hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    }
  }
  return `${dtype} [${shape}] ${size > 0 ? hash.toString(16) : ""}`;
}
