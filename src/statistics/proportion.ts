import { z95 } from "./normal.js";

/** A share with the interval in which the true share lies with 95 % confidence. */
export interface Proportion {
  count: number;
  /** The share, from 0 to 1, as are both ends of its interval. */
  share: number;
  low: number;
  high: number;
}

/**
 * @internal
 * Wilson's score interval, which holds also for shares near 0 and 1 and for few examples. Wilson 1927,
 * Journal of the American Statistical Association 22, 209.
 */
export function proportion(count: number, of: number): Proportion {
  const z = z95;
  const share = count / of;
  const spread = z ** 2 / of;
  const middle = (share + spread / 2) / (1 + spread);
  const reach = (z * Math.sqrt((share * (1 - share)) / of + spread / (4 * of))) / (1 + spread);
  return {
    count,
    share,
    low: count === 0 ? 0 : middle - reach,
    high: count === of ? 1 : middle + reach,
  };
}
