import { IntegerModel, programJson } from "../integer/index.js";
import type { tf } from "../tensorflow/index.js";

/** @internal A text that tells models apart: names and shapes, and a hash of the weights (FNV-1a, 32 bits). */
export function fingerprint(model: tf.LayersModel): string {
  const hash = { value: 0x811c9dc5 };
  const add = (bytes: Uint8Array) => {
    for (const byte of bytes) hash.value = Math.imul(hash.value ^ byte, 0x01000193) >>> 0;
  };
  if (model instanceof IntegerModel) add(new TextEncoder().encode(programJson(model.program)));
  for (const weights of model.weights) {
    const values = weights.read().dataSync() as Float32Array;
    add(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return `${model.name} ${model.inputs.map(({ shape }) => `[${shape}]`)} ${hash.value.toString(16)}`;
}
