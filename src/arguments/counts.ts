import { complaint } from "./message.js";

/** @internal The whole numbers that are allowed, and a call that is right. */
export interface CountLimits {
  /** The smallest number. Default 1. */
  least?: number;
  /** The largest number. Default: none. */
  most?: number;
  /** A call with a valid number, as in `"progress({ total: 15 })"`. */
  example?: string;
}

/**
 * @internal
 * Checks a number of things: of epochs, classes, bins, examples at a time.
 *
 * @param name the argument's name, with which the message begins
 * @throws RangeError if the value is not a whole number within the limits
 */
export function checkCount(
  name: string,
  value: unknown,
  { least = 1, most = Number.POSITIVE_INFINITY, example }: CountLimits = {},
): void {
  const count = value as number;
  if (Number.isInteger(count) && count >= least && count <= most) return;
  const limits = Number.isFinite(most) ? `from ${least} to ${most}` : `of at least ${least}`;
  throw new RangeError(complaint({ name, value, expected: `a whole number ${limits}`, example }));
}

/** @internal Checks several numbers by their names, as {@link checkCount} does. */
export function checkCounts(counts: Record<string, unknown>, limits: CountLimits = {}): void {
  for (const [name, value] of Object.entries(counts)) checkCount(name, value, limits);
}

/** @internal Checks several numbers by their names. An undefined one stands for its default. */
export function checkOptionalCounts(
  counts: Record<string, unknown>,
  limits: CountLimits = {},
): void {
  for (const [name, value] of Object.entries(counts)) {
    if (value !== undefined) checkCount(name, value, limits);
  }
}
