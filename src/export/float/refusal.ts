/** @internal The error about a layer of a float model that no file can have, with the reason and the way out. */
export function refusal(layer: string, why: string): TypeError {
  return new TypeError(`layer "${layer}" can't be written to a file: ${why}`);
}
