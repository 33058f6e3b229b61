import type { NamedVariable } from "./checkpoint.js";

const refusal =
  "q.export.savedModel needs native TensorFlow, which a browser doesn't have (run the notebook in Node for it: npx qatlab start; in a tab q.export.tflite, q.export.onnx and q.export.c give downloads)";

/** @throws Error if the function is called */
export function checkTarget(_folder: string, _overwrite: boolean): string {
  throw new Error(refusal);
}

/** @throws Error if the function is called */
export function writeModel(
  _target: string,
  _file: { bytes: Uint8Array; variables: NamedVariable[] },
): number {
  throw new Error(refusal);
}
