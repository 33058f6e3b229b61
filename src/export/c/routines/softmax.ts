import { bitLength } from "./rounding.js";
import type { Routine } from "./routine.js";

const real: Routine = {
  name: "real",
  needs: [bitLength],
  text: `/* A positive float32 number: a mantissa of 24 bits, or 0, times 2^exponent. The functions round to 24 bits, halves to
   even, as float32 arithmetic does. */
struct real {
  uint32_t mantissa;
  int32_t exponent;
};

static struct real real_from(uint64_t mantissa, int32_t exponent) {
  const int32_t excess = bit_length(mantissa) - 24;
  if (excess > 0) {
    const uint64_t half = (uint64_t)1 << (excess - 1);
    mantissa = (mantissa + half - 1u + ((mantissa >> excess) & 1u)) >> excess;
    if (mantissa == 16777216u) return (struct real){8388608u, exponent + excess + 1};
    return (struct real){(uint32_t)mantissa, exponent + excess};
  }
  if (mantissa == 0) return (struct real){0, 0};
  return (struct real){(uint32_t)(mantissa << -excess), exponent + excess};
}

static struct real real_from_bits(int32_t bits) {
  const int32_t exponent = bits >> 23;
  const uint32_t fraction = (uint32_t)bits & 8388607u;
  return exponent == 0 ? real_from(fraction, -149) : real_from(fraction | 8388608u, exponent - 150);
}

static struct real real_sum(struct real a, struct real b) {
  if (b.mantissa == 0) return a;
  if (a.mantissa == 0) return b;
  const struct real large = a.exponent > b.exponent ? a : b;
  const struct real small = a.exponent > b.exponent ? b : a;
  const int32_t apart = large.exponent - small.exponent;
  if (apart > 30) return large;
  return real_from(((uint64_t)large.mantissa << apart) + small.mantissa, small.exponent);
}

static struct real real_inverse(struct real a) {
  /* The quotient has 30 bits or more, and its last bit says whether there is a rest. */
  const uint64_t one = (uint64_t)1 << 54;
  const uint64_t quotient = one / a.mantissa;
  return real_from((quotient << 1) | (quotient * a.mantissa != one), -55 - a.exponent);
}`,
};

/** @internal Softmax with float32 exponentials out of a table, without float arithmetic. */
export const softmaxFloat32: Routine = {
  name: "softmax_float32",
  needs: [real],
  text: `/* Softmax over rows: the table has the bits of the float32 number exp(-scale * d) for each d from 0 to 255. */
static void softmax_float32(const int8_t *input, int8_t *output, int32_t rows, int32_t depth, const int32_t *exponentials) {
  for (int32_t row = 0; row < rows; row++, input += depth) {
    int32_t largest = -128;
    for (int32_t i = 0; i < depth; i++) largest = input[i] > largest ? input[i] : largest;
    struct real sum = {0, 0};
    for (int32_t i = 0; i < depth; i++) sum = real_sum(sum, real_from_bits(exponentials[largest - input[i]]));
    sum.exponent -= 8;
    const struct real inverse = real_inverse(sum);
    for (int32_t i = 0; i < depth; i++) {
      const struct real e = real_from_bits(exponentials[largest - input[i]]);
      const struct real share = real_from((uint64_t)e.mantissa * inverse.mantissa, e.exponent + inverse.exponent);
      const int32_t shift = -share.exponent;
      int32_t code = shift > 25 ? 0 : 255;
      if (shift > 0 && shift <= 25) code = (int32_t)((share.mantissa + ((uint32_t)1 << (shift - 1))) >> shift);
      *output++ = (int8_t)((code > 255 ? 255 : code) - 128);
    }
  }
}`,
};

const fixed: Routine = {
  name: "fixed_reciprocal",
  text: `static int32_t fixed_product(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + 1073741824) >> 31);
}

static int32_t fixed_quotient(int32_t number, int32_t exponent) {
  const int32_t mask = (int32_t)(((int64_t)1 << exponent) - 1);
  return (number >> exponent) + ((number & mask) > (mask >> 1) + (number < 0));
}

/* 1 / (1 + a) for a from 0 to 1, 31 fractional bits, by three steps of Newton's method. */
static int32_t fixed_reciprocal(int32_t a) {
  const int32_t half = (int32_t)(((int64_t)a + 2147483648) / 2);
  int32_t x = 1515870810 + fixed_product(half, -1010580540);
  for (int32_t step = 0; step < 3; step++) {
    const int32_t rest = 536870912 - fixed_product(half, x);
    x += (int32_t)((int64_t)fixed_product(x, rest) * 4);
  }
  return x > 1073741823 ? 2147483647 : x * 2;
}`,
};

/** @internal TensorFlow Lite's softmax in fixed point, with the exponentials out of a table. */
export const softmaxFixed: Routine = {
  name: "softmax_fixed",
  needs: [fixed, bitLength],
  text: `/* Softmax over rows: the table has exp(-scale * d), 31 fractional bits, for each d from 0 to 255, and -1 for none. */
static void softmax_fixed(const int8_t *input, int8_t *output, int32_t rows, int32_t depth, const int32_t *exponentials) {
  for (int32_t row = 0; row < rows; row++, input += depth) {
    int32_t largest = -128;
    for (int32_t i = 0; i < depth; i++) largest = input[i] > largest ? input[i] : largest;
    int32_t sum = 0;
    for (int32_t i = 0; i < depth; i++) {
      const int32_t e = exponentials[largest - input[i]];
      if (e >= 0) sum += fixed_quotient(e, 12);
    }
    const int32_t headroom = 32 - bit_length((uint64_t)sum);
    const int32_t scale = fixed_reciprocal((int32_t)(((int64_t)sum * ((int64_t)1 << headroom)) - 2147483648));
    for (int32_t i = 0; i < depth; i++) {
      const int32_t e = exponentials[largest - input[i]];
      const int32_t code = e < 0 ? 0 : fixed_quotient(fixed_product(e, scale), 35 - headroom);
      *output++ = (int8_t)((code > 255 ? 255 : code) - 128);
    }
  }
}`,
};
