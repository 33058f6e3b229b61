import type { NamedVariable } from "./checkpoint.js";

const refusal =
  "q.export.savedModel needs native TensorFlow and folders, which a browser doesn't have (export in Node)";

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
