/** @internal Throws for a seed that is neither an integer nor a text. */
export function checkSeed(seed: number | string | undefined): void {
  if (seed === undefined || typeof seed === "string" || Number.isSafeInteger(seed)) return;
  throw new TypeError(
    `invalid seed: ${show(seed)} (expected an integer or a text, as in { seed: 7 })`,
  );
}

/** @internal Throws for what isn't a list of lengths. `call` is the corrected call. */
export function checkShape(shape: readonly number[], call: string): void {
  const isLength = (length: number) => Number.isSafeInteger(length) && length >= 0;
  if (Array.isArray(shape) && shape.every(isLength)) return;
  throw new TypeError(
    `invalid shape: ${show(shape)} (expected lengths, integers from 0, as in ${call})`,
  );
}

/** @internal Throws unless `value` is finite. */
export function checkFinite(name: string, value: number): void {
  if (Number.isFinite(value)) return;
  throw new RangeError(`invalid ${name}: ${show(value)} (expected a finite number)`);
}

/** @internal Throws unless `p` is a probability. */
export function checkProbability(name: string, p: number): void {
  if (typeof p === "number" && p >= 0 && p <= 1) return;
  throw new RangeError(`invalid ${name}: ${show(p)} (expected a probability from 0 to 1)`);
}

function show(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
