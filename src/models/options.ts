/**
 * @internal
 * @param expected the expected shape in words, as in `"[height, width, channels]"`
 * @throws RangeError unless `inputShape` is a list of whole numbers of at least 1 whose length is one of
 *   `ranks`
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
