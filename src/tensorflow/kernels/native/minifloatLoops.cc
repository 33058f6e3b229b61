// Compiled with -DQATLAB_LOOPS=… as loops.cc, without a header of the C++ library for the same reason.
#include "minifloatLoops.h"

namespace qatlab {
namespace {

constexpr int32_t kSize = 0x7fffffff, kExponent = 0x7f800000, kOne = 1 << 23;

inline int32_t bitsOf(float x) {
  int32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline float floatOf(int32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

// The nearest number to x over the scale, times the scale. NaN stays NaN.
template <bool whole>
inline float nearest(float x, float scale, const Minifloat& f) {
  const float number = x / scale;
  if (whole) {
    const float held = number == number ? number : 0.0f;
    const float steps = __builtin_rintf(held * f.steps);
    const float below = steps > f.largest ? f.largest : steps;
    const float value = (below < -f.largest ? -f.largest : below) / f.steps * scale;
    return x == x ? value : x;
  }
  const int32_t bits = bitsOf(number), size = bits & kSize;
  // The power of two at or below the number, and at least that of the smallest normal number.
  const int32_t own = size & kExponent, least = (f.lowest + 127) << 23;
  const int32_t held = own > kExponent - kOne ? kExponent - kOne : own;
  const float unit = floatOf(held < least ? least : held);
  const float steps = __builtin_rintf(floatOf(size) / unit * f.steps);
  const float rounded = steps / f.steps * unit;
  const float value = rounded > f.largest ? f.beyond : rounded;
  const float known = number == number ? value : f.nan;
  const float signedValue = floatOf(bitsOf(known) | (bits & ~kSize)) * scale;
  return x == x ? signedValue : x;
}

template <bool whole>
void roundOf(const float* __restrict x, float* __restrict y, int64_t n, float scale, const Minifloat& format) {
  const Minifloat f = format;
  for (int64_t i = 0; i < n; i++) y[i] = nearest<whole>(x[i], scale, f);
}

void round(const float* x, float* y, int64_t n, float scale, const Minifloat& format) {
  (format.whole ? roundOf<true> : roundOf<false>)(x, y, n, scale, format);
}

template <bool whole>
void roundRow(const float* __restrict x, float* __restrict y, int64_t width, const float* __restrict scales,
              const Minifloat& format) {
  const Minifloat f = format;
  for (int64_t i = 0; i < width; i++) y[i] = nearest<whole>(x[i], scales[i], f);
}

void roundRows(const float* x, float* y, int64_t rows, int64_t width, const float* scales, const Minifloat& format) {
  const auto run = format.whole ? roundRow<true> : roundRow<false>;
  for (int64_t row = 0; row < rows; row++) run(x + row * width, y + row * width, width, scales, format);
}

int32_t largest(const float* x, int64_t n) {
  int32_t bits = 0;
  for (int64_t i = 0; i < n; i++) {
    const int32_t size = bitsOf(x[i]) & kSize;
    bits = size > bits ? size : bits;
  }
  return bits;
}

void largestRow(const float* __restrict x, int64_t width, int32_t* __restrict bits) {
  for (int64_t i = 0; i < width; i++) {
    const int32_t size = bitsOf(x[i]) & kSize;
    bits[i] = size > bits[i] ? size : bits[i];
  }
}

void largestRows(const float* x, int64_t rows, int64_t width, int32_t* bits) {
  for (int64_t row = 0; row < rows; row++) largestRow(x + row * width, width, bits);
}

}  // namespace

#define QATLAB_JOINED(a, b) a##b
#define QATLAB_NAMED(set) QATLAB_JOINED(set, Minifloat)

extern const MinifloatLoops QATLAB_NAMED(QATLAB_LOOPS);
const MinifloatLoops QATLAB_NAMED(QATLAB_LOOPS) = {round, roundRows, largest, largestRows};

}  // namespace qatlab
