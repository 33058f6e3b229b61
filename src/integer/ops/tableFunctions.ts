import type { TableFunction } from "../program/index.js";

const single = Math.fround;
const exp = (x: number) => single(Math.exp(x));

/**
 * The functions of tables, with float32 steps where LiteRT's kernels have them: sigmoid, tanh, GELU, exp and ELU.
 * LiteRT has no op for the others; they are rounded from float64.
 */
export const tableFunctions: Readonly<Record<TableFunction, (x: number) => number>> = {
  sigmoid: (x) => single(1 / single(1 + exp(-x))),
  tanh: Math.tanh,
  gelu: (x) => single(single(0.5 * x) * single(erfc(single(x * single(-Math.SQRT1_2))))),
  exp,
  elu: (x) => (x < 0 ? single(Math.expm1(x)) : x),
  selu: (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x),
  softplus: (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))),
  softsign: (x) => x / (1 + Math.abs(x)),
  swish: (x) => x / (1 + Math.exp(-x)),
  hardSigmoid: (x) => Math.max(0, Math.min(1, 0.2 * x + 0.5)),
  mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
};

/** 1 less the error function: by its power series below 2, by its continued fraction beyond. */
function erfc(x: number): number {
  const z = Math.abs(x);
  const upper = z < 2 ? 1 - erf(z) : fraction(z);
  return x < 0 ? 2 - upper : upper;
}

function erf(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= (-z * z * (2 * n - 1)) / (n * (2 * n + 1));
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** exp(−z²) / √π / (z + ½ / (z + 1 / (z + 3/2 / (z + …)))). */
function fraction(z: number): number {
  let rest = z;
  for (let n = 120; n > 0; n--) rest = z + n / 2 / rest;
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / rest;
}
