import { roundingShift } from "./highMultiply.js";
import { saturate, type Word } from "./words.js";

/** exp(−2ⁿ) in 31 fractional bits, for n from −2 to 4. */
const powers = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

/**
 * exp(a) for a ≤ 0 with some integer bits, as a number without integer bits: gemmlowp's `exp_on_negative_values`. A
 * polynomial on [−1/4, 0) times constants, one for each bit of the rest.
 */
export function fixedExp(a: number, integerBits: number, word: Word): number {
  if (a === 0) return word.largest;
  const fractionalBits = word.bits - 1 - integerBits;
  if (integerBits > 5 && a < -(2 ** (fractionalBits + 5))) return 0;
  const quarter = 2 ** (fractionalBits - 2);
  const rest = (a & (quarter - 1)) - quarter;
  let result = expOnQuarter(saturate(rest * 2 ** integerBits, word), word);
  const remainder = rest - a;
  for (let exponent = -2; exponent < Math.min(5, integerBits); exponent++) {
    if ((remainder & (1 << (fractionalBits + exponent))) !== 0) {
      result = word.multiply(result, word.constant(powers[exponent + 2]!));
    }
  }
  return result;
}

/** exp on [−1/4, 0): a Taylor polynomial of degree 4 around −1/8. */
function expOnQuarter(a: number, word: Word): number {
  const { multiply } = word;
  const atCentre = word.constant(1895147668);
  const third = word.constant(715827883);
  const x = a + 2 ** (word.bits - 4);
  const x2 = multiply(x, x);
  const x3 = multiply(x2, x);
  const x4 = multiply(x2, x2);
  const upper = word.wrap(multiply(word.wrap(roundingShift(x4, 2) + x3), third) + x2);
  const polynomial = word.wrap(x + roundingShift(upper, 1));
  return saturate(atCentre + multiply(atCentre, polynomial), word);
}
