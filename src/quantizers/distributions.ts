/** @internal A symmetric density of mean 0 and variance 1, as far as optimal quantizers need it. */
export interface Distribution {
  /** The probability of values from a to b. */
  mass(a: number, b: number): number;
  /** The mean of the values from a to b. */
  mean(a: number, b: number): number;
  /** The value that a share p of values lies below, for a density ∝ f^(1/3). */
  companded(p: number): number;
}

const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** @internal */
export const gaussian: Distribution = {
  // By the tail on the side where it is small: a difference of two numbers near 1 has few digits.
  mass: (a, b) =>
    a >= 0 ? tail(a) - tail(b) : b <= 0 ? tail(-b) - tail(-a) : 1 - tail(-a) - tail(b),
  mean: (a, b) => (density(a) - density(b)) / gaussian.mass(a, b),
  // The cube root of a Gaussian is one of three times the variance.
  companded: (p) => Math.sqrt(3) * bisect((x) => 1 - tail(x) - p, -9, 9),
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
  // The cube root falls off a third as fast.
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

/** The probability that a standard normal value is above x. */
function tail(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x < 0) return 1 - tail(-x);
  return x < 3 ? 0.5 - area(x) : density(x) / fraction(x);
}

/** The probability from 0 to x: φ(x) · (x + x³/3 + x⁵/(3·5) + …). */
function area(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 3; term > 1e-18 * sum; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return sum * density(x);
}

/** Laplace's continued fraction x + 1/(x + 2/(x + 3/(x + …))). */
function fraction(x: number): number {
  let value = x;
  for (let n = 80; n >= 1; n--) value = x + n / value;
  return value;
}

function bisect(rising: (x: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = (from + to) / 2;
    if (rising(middle) < 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}
