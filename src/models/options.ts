/**
 * @internal
 * @param expected what the shape means, as in `"height, width, channels"`
 * @throws RangeError unless it is as many whole numbers of at least 1 as `ranks` allows
 */
export function checkInputShape(
  inputShape: unknown,
  { ranks, expected }: { ranks: readonly number[]; expected: string },
): void {
  const sizes: unknown[] = Array.isArray(inputShape) ? inputShape : [];
  const whole = sizes.every((size) => Number.isInteger(size) && (size as number) > 0);
  if (whole && ranks.includes(sizes.length)) return;
  throw new RangeError(`invalid inputShape: [${inputShape}] (expected ${expected})`);
}

/** @internal @throws RangeError for the first value that isn't a whole number of at least 1, by its name. */
export function checkCounts(counts: Record<string, number>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isInteger(count) && count >= 1) continue;
    throw new RangeError(`invalid ${name}: ${count} (expected a whole number of at least 1)`);
  }
}

/** @internal @throws RangeError for a seed that isn't a whole number */
export function checkSeed(seed: number): void {
  if (Number.isInteger(seed)) return;
  throw new RangeError(`invalid seed: ${seed} (expected a whole number)`);
}
