import { base64 } from "../../display/index.js";
import { tf } from "../../tensorflow/index.js";
import type { ManifestTensor } from "./form.js";

/** @internal A tensor as a manifest has it. */
export function tensorEntry(name: string, tensor: tf.Tensor): ManifestTensor {
  const values = Float32Array.from(tensor.dataSync());
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    bytes.setFloat32(4 * i, value, true);
  });
  return { name, shape: [...tensor.shape], values: base64(new Uint8Array(bytes.buffer)) };
}

/** @internal The values of a tensor in a manifest, of its shape; `undefined` if there are more or fewer. */
export function valuesOf({ shape, values }: ManifestTensor): Float32Array | undefined {
  const size = shape.reduce((product, length) => product * length, 1);
  let text: string;
  try {
    text = atob(values);
  } catch {
    return undefined;
  }
  if (text.length !== 4 * size) return undefined;
  const bytes = new DataView(Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
  return Float32Array.from({ length: size }, (_, i) => bytes.getFloat32(4 * i, true));
}

/** @internal The tensor, which the caller disposes; `undefined` if its values don't fit its shape. */
export function tensorOf(entry: ManifestTensor): tf.Tensor | undefined {
  const values = valuesOf(entry);
  return values && tf.tensor(values, entry.shape, "float32");
}
