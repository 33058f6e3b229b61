import { fixedExp } from "./fixedExp.js";
import { saturate, type Word } from "./words.js";

/**
 * Newton's division by (1 + a) / 2 for a in [0, 1): three steps from 48/17 − 32/17 · d, in two integer bits; gemmlowp's
 * start, which makes the largest error least.
 */
function reciprocalOfHalf(a: number, word: Word): number {
  const { multiply, wrap } = word;
  const half = Math.floor((a + word.largest + 1) / 2);
  const one = 2 ** (word.bits - 3);
  let x = wrap(word.constant(1515870810) + multiply(half, word.constant(-1010580540)));
  for (let i = 0; i < 3; i++) {
    const rest = wrap(one - multiply(half, x));
    x = wrap(x + saturate(multiply(x, rest) * 4, word));
  }
  return x;
}

/** 1 / (1 + a) for a in [0, 1): gemmlowp's `one_over_one_plus_x_for_x_in_0_1`. */
export function reciprocal(a: number, word: Word): number {
  return saturate(reciprocalOfHalf(a, word) * 2, word);
}

/** 1 / (1 + exp(−a)) of a number with integer bits, without integer bits: gemmlowp's `logistic`. */
export function fixedSigmoid(a: number, integerBits: number, word: Word): number {
  if (a === 0) return (word.largest + 1) / 2;
  const positive = reciprocal(fixedExp(-Math.abs(a), integerBits, word), word);
  return a > 0 ? positive : word.largest - positive;
}

/** tanh of a number with integer bits, without integer bits: gemmlowp's `tanh`. */
export function fixedTanh(a: number, integerBits: number, word: Word): number {
  if (a === 0) return 0;
  const exponential = fixedExp(-Math.abs(a), integerBits + 1, word);
  const one = 2 ** (word.bits - 3);
  const result = saturate(word.wrap(reciprocalOfHalf(exponential, word) - one) * 4, word);
  return a > 0 ? result : -result;
}
