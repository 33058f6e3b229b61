const refusal = "graphs are loaded by native TensorFlow, which a browser doesn't have";

/** @throws Error if the function is called */
export function withModelFolder<T>(_bytes: Uint8Array, _use: (folder: string) => T): T {
  throw new Error(refusal);
}

/** @throws Error if the function is called */
export function readModelFolder(_folder: string): Uint8Array {
  throw new Error(refusal);
}
