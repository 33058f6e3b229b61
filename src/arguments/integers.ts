import { complaint } from "./message.js";

/** @internal The integers that are allowed, and a call that is right. */
export interface IntegerLimits {
  from: number;
  /** The largest integer. Default: none. */
  to?: number;
  example?: string;
}

/** @internal @throws RangeError if the value is not an integer within the limits */
export function checkInteger(
  name: string,
  value: unknown,
  { from, to = Number.POSITIVE_INFINITY, example }: IntegerLimits,
): void {
  const integer = value as number;
  if (Number.isInteger(integer) && integer >= from && integer <= to) return;
  const limits = Number.isFinite(to) ? `from ${from} to ${to}` : `from ${from}`;
  throw new RangeError(complaint({ name, value, expected: `an integer ${limits}`, example }));
}
