import { complaint } from "./message.js";

/** @internal Whether a value is a seed: an integer that a float64 holds exactly, or a text. */
export function isSeed(value: unknown): value is number | string {
  return typeof value === "string" || Number.isSafeInteger(value);
}

/** @internal @throws TypeError if the seed is neither an integer nor a text; undefined is allowed */
export function checkSeed(seed: unknown): void {
  if (seed === undefined || isSeed(seed)) return;
  const expected = "an integer or a text";
  throw new TypeError(complaint({ name: "seed", value: seed, expected, example: "{ seed: 7 }" }));
}
