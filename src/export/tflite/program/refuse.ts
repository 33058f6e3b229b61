/** The error that says why a layer can't be written, and the way out. */
export function refuse(layer: string, reason: string, advice: string): Error {
  return new Error(`layer "${layer}" can't be written to a .tflite file: ${reason} (${advice})`);
}
