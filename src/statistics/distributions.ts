import { bisect } from "./bisect.js";
import { normalDensity, normalTail } from "./normal.js";

/** @internal A symmetric density of mean 0 and variance 1, as far as optimal quantizers need it. */
export interface Distribution {
  /** The probability of values from a to b. */
  mass(a: number, b: number): number;
  /** The mean of the values from a to b. */
  mean(a: number, b: number): number;
  /** The value below which a share p of the values lies, if their density is proportional to f^(1/3). */
  companded(p: number): number;
}

/** @internal */
export const gaussian: Distribution = {
  // The probability is a difference of two tails on the side where they are small: a difference of two numbers
  // near 1 has few digits.
  mass: (a, b) =>
    a >= 0
      ? normalTail(a) - normalTail(b)
      : b <= 0
        ? normalTail(-b) - normalTail(-a)
        : 1 - normalTail(-a) - normalTail(b),
  mean: (a, b) => (normalDensity(a) - normalDensity(b)) / gaussian.mass(a, b),
  // The cube root of a Gaussian density is a Gaussian of three times the variance.
  companded: (p) => Math.sqrt(3) * bisect((x) => 1 - normalTail(x) - p, -9, 9),
};

const rate = Math.SQRT2;

/** @internal */
export const laplace: Distribution = {
  mass(a, b) {
    const below = (x: number) => (x < 0 ? Math.exp(rate * x) / 2 : 1 - Math.exp(-rate * x) / 2);
    if (a >= 0) return (Math.exp(-rate * a) - Math.exp(-rate * b)) / 2;
    if (b <= 0) return laplace.mass(-b, -a);
    return below(b) - below(a);
  },
  mean(a, b) {
    if (b <= 0) return -laplace.mean(-b, -a);
    if (a < 0) return (moment(0, b) - moment(0, -a)) / laplace.mass(a, b);
    return moment(a, b) / laplace.mass(a, b);
  },
  // The cube root of the density falls off a third as fast.
  companded(p) {
    const size = (-3 / rate) * Math.log(2 * Math.min(p, 1 - p));
    return p < 0.5 ? -size : size;
  },
};

/** ∫ x f(x) dx from a to b, 0 ≤ a. */
function moment(a: number, b: number): number {
  const upTo = (x: number) =>
    x === Number.POSITIVE_INFINITY ? 0 : Math.exp(-rate * x) * (x + 1 / rate);
  return (upTo(a) - upTo(b)) / 2;
}
