import type { OpenSource } from "../source/source.js";
import { readKeras } from "./keras.js";
import { readKerasH5 } from "./kerasH5.js";
import type { ModelFile } from "./modelFile.js";
import { readTfjs } from "./tfjs.js";

const signatures = {
  zip: [0x50, 0x4b, 0x03, 0x04],
  hdf5: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
};

/** @internal Reads a model's file, whose first bytes say its format. @throws Error if it is of no format that is known */
export async function readModel(source: OpenSource, maxBytes: number): Promise<ModelFile> {
  const { bytes } = source;
  const begins = (signature: number[]) => signature.every((byte, i) => bytes[i] === byte);
  if (begins(signatures.zip)) return readKeras(bytes, maxBytes);
  if (begins(signatures.hdf5)) return readKerasH5(bytes);
  const start = new TextDecoder().decode(bytes.subarray(0, 16)).trimStart();
  if (start.startsWith("{")) return readTfjs(source);
  throw new Error(
    "it is of no format that is known (expected Keras' .keras or .h5, or TensorFlow.js's model.json)",
  );
}
