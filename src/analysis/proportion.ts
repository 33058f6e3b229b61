/** A share with the interval in which the true share lies with 95 % confidence. */
export interface Proportion {
  count: number;
  /** From 0 to 1, as are both ends. */
  share: number;
  low: number;
  high: number;
}

/** The standard normal distribution's 97.5th percentile. */
const z = 1.959963984540054;

/**
 * @internal
 * Wilson's score interval, which holds for shares near 0 and 1 and few examples too. Wilson 1927, Journal of the
 * American Statistical Association 22, 209.
 */
export function proportion(count: number, of: number): Proportion {
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
