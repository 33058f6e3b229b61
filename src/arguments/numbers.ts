import { complaint } from "./message.js";

/** @internal An interval of numbers: `from` and `to` are in it, `above` and `below` are not. */
export interface NumberLimits {
  from?: number;
  above?: number;
  to?: number;
  below?: number;
  /** The noun of the message. Default `"a number"`. */
  noun?: string;
  /** A call with a valid number, as in `"{ strength: 0.1 }"`. */
  example?: string;
}

/**
 * @internal
 * Checks a finite number within limits.
 *
 * @param name the argument's name, with which the message begins
 * @throws RangeError if the value is not a finite number, or lies outside of the limits
 */
export function checkNumber(name: string, value: unknown, limits: NumberLimits = {}): void {
  const { example } = limits;
  if (Number.isFinite(value) && isWithin(value as number, limits)) return;
  throw new RangeError(complaint({ name, value, expected: wordsOf(limits), example }));
}

/** @internal Checks a share or a probability: a number from 0 to 1, both of which are allowed. */
export function checkShare(
  name: string,
  value: unknown,
  words: Pick<NumberLimits, "noun" | "example"> = {},
): void {
  checkNumber(name, value, { from: 0, to: 1, ...words });
}

function isWithin(
  value: number,
  {
    from = Number.NEGATIVE_INFINITY,
    above = Number.NEGATIVE_INFINITY,
    to = Number.POSITIVE_INFINITY,
    below = Number.POSITIVE_INFINITY,
  }: NumberLimits,
): boolean {
  return value >= from && value > above && value <= to && value < below;
}

/** The limits in words, as in `a number above 0, up to 1`. */
function wordsOf({ from, above, to, below, noun }: NumberLimits): string {
  const words = noun ?? "a number";
  if (from !== undefined && to !== undefined) return `${words} from ${from} to ${to}`;
  if (from !== undefined && below !== undefined) return `${words} from ${from} to below ${below}`;
  if (above !== undefined && to !== undefined) return `${words} above ${above}, up to ${to}`;
  if (above !== undefined && below !== undefined) return `${words} between ${above} and ${below}`;
  if (from !== undefined) return `${words} from ${from}`;
  if (above !== undefined) return `${words} above ${above}`;
  return noun ?? "a finite number";
}
