import type { Routine } from "./routine.js";

/** @internal The number of bits of a number that isn't negative. */
export const bitLength: Routine = {
  name: "bit_length",
  text: `/* The number of bits of a number, 0 for 0. */
static int32_t bit_length(uint64_t number) {
  int32_t bits = 0;
  while (number != 0) {
    number >>= 1;
    bits++;
  }
  return bits;
}`,
};

const roundFloat32Exactly: Routine = {
  name: "round_float32_exactly",
  needs: [bitLength],
  text: `/* (float)number * (multiplier / 2^shift), rounded to a whole number, halves to even, as float32 arithmetic rounds it:
   the number and the product are rounded to 24 bits first. The multiplier has 24 bits; large results saturate. */
static int32_t round_float32_exactly(int32_t number, int32_t multiplier, int32_t shift) {
  uint64_t magnitude = (uint64_t)(number < 0 ? -(int64_t)number : (int64_t)number);
  if (magnitude > 16777216u) {
    const int32_t excess = bit_length(magnitude) - 24;
    const uint64_t odd = (magnitude >> excess) & 1u;
    const uint64_t half = (uint64_t)1 << (excess - 1);
    magnitude = ((magnitude + half - 1u + odd) >> excess) << excess;
  }
  const uint64_t product = magnitude * (uint64_t)multiplier;
  if (shift > 63 || magnitude == 0) return 0;
  uint64_t whole = product >> shift;
  if (whole > 65535u) return number < 0 ? -65536 : 65536;
  const uint64_t half = ((uint64_t)1 << shift) >> 1;
  const uint64_t rest = product - (whole << shift);
  const uint64_t distance = rest > half ? rest - half : half - rest;
  uint64_t up = rest > half;
  /* Next to a half, the rounding to 24 bits makes it one. */
  const int32_t excess = bit_length(product) - 25;
  if (distance <= (excess < 0 ? 0u : (uint64_t)1 << excess)) up = whole & 1u;
  whole += up;
  return number < 0 ? -(int32_t)whole : (int32_t)whole;
}`,
};

/** @internal Float32 arithmetic in integers, so that no compiler, setting or processor changes a code. */
export const roundFloat32: Routine = {
  name: "round_float32",
  needs: [roundFloat32Exactly],
  text: `/* The same number in less time, for most products: those that aren't next to a half. */
static int32_t round_float32(int32_t number, int32_t multiplier, int32_t shift) {
  if (number >= -16777216 && number <= 16777216 && shift >= 17 && shift <= 62) {
    const int64_t product = (int64_t)number * multiplier;
    const int64_t half = (int64_t)1 << (shift - 1);
    const int64_t distance = (product & (2 * half - 1)) - half;
    if (distance > half >> 7 || distance < -(half >> 7)) return (int32_t)((product + half) >> shift);
  }
  return round_float32_exactly(number, multiplier, shift);
}`,
};

const highMultiply: Routine = {
  name: "high_multiply",
  text: `/* The high half of number * 2^shift * multiplier * 2, halves up; a shift that isn't positive is left out. */
static int32_t high_multiply(int32_t number, int32_t multiplier, int32_t shift) {
  const int32_t shifted = shift > 0 ? (int32_t)((uint32_t)number << shift) : number;
  return (int32_t)(((int64_t)shifted * multiplier + 1073741824) >> 31);
}`,
};

/** @internal gemmlowp's two roundings, the second with halves away from zero. */
export const roundTwice: Routine = {
  name: "round_twice",
  needs: [highMultiply],
  text: `/* number * multiplier * 2^(shift - 31), rounded twice, the second time with halves away from zero. */
static int32_t round_twice(int32_t number, int32_t multiplier, int32_t shift) {
  const int32_t product = high_multiply(number, multiplier, shift);
  if (shift >= 0) return product;
  const int32_t mask = (int32_t)(((int64_t)1 << -shift) - 1);
  const int32_t threshold = (mask >> 1) + (product < 0);
  return (product >> -shift) + ((product & mask) > threshold);
}`,
};

/** @internal The same two roundings, the second with halves up. */
export const roundTwiceUp: Routine = {
  name: "round_twice_up",
  needs: [highMultiply],
  text: `/* number * multiplier * 2^(shift - 31), rounded twice, the second time with halves up. */
static int32_t round_twice_up(int32_t number, int32_t multiplier, int32_t shift) {
  const int32_t product = high_multiply(number, multiplier, shift);
  if (shift >= 0) return product;
  const int32_t mask = (int32_t)(((int64_t)1 << -shift) - 1);
  return (product >> -shift) + ((product & mask) > mask >> 1);
}`,
};

/** @internal Float64 arithmetic in integers. */
export const roundDouble: Routine = {
  name: "round_double",
  needs: [bitLength],
  text: `/* (double)number * (multiplier / 2^shift), rounded to a whole number, halves away from zero, as float64 arithmetic
   rounds it. The multiplier has 53 bits; large results saturate. */
static int32_t round_double(int32_t number, int64_t multiplier, int32_t shift) {
  const uint64_t magnitude = (uint64_t)(number < 0 ? -(int64_t)number : (int64_t)number);
  const uint64_t low = magnitude * ((uint64_t)multiplier & 0xffffffffu);
  /* The product is high * 2^32 + tail. */
  const uint64_t high = magnitude * ((uint64_t)multiplier >> 32) + (low >> 32);
  const uint64_t tail = low & 0xffffffffu;
  if (shift > 95 || magnitude == 0) return 0;
  uint64_t whole = high >> (shift - 32);
  if (whole > 65535u) return number < 0 ? -65536 : 65536;
  const uint64_t half = ((uint64_t)1 << (shift - 32)) >> 1;
  const uint64_t rest = high - (whole << (shift - 32));
  uint64_t up = rest >= half;
  if (rest + 1u == half) {
    /* Next to a half, the rounding to 53 bits may make it one. */
    const int32_t excess = bit_length(high) + 32 - 54;
    up = excess >= 0 && 4294967296u - tail <= (uint64_t)1 << excess;
  }
  whole += up;
  return number < 0 ? -(int32_t)whole : (int32_t)whole;
}`,
};
