// Compiled with -DQATLAB_LOOPS=kBaseline, kAvx2 or kAvx512 and the instructions of that set. No header of the
// C++ library is included: an inline function of it, compiled here for a newer processor, could be linked into
// code that runs on all.
#include "loops.h"

namespace qatlab {
namespace {

// How many rows a loop takes at a time.
constexpr int kRows = 4;

// The order of the comparisons keeps NaN.
inline float clip(float x, float low, float high) {
  float below = x > high ? high : x;
  return below < low ? low : below;
}

inline float roundTo(float steps, float zero, float scale) {
  return __builtin_floorf((steps - zero) + 0.5f) * scale;
}

// The compiler believes that pointers are distinct where they are parameters.
void gridRow(const float* __restrict min, const float* __restrict max, int64_t n, float first, float last,
             float* __restrict low, float* __restrict high, float* __restrict scale, float* __restrict inverse,
             float* __restrict zero) {
  for (int64_t i = 0; i < n; i++) {
    const float step = (max[i] - min[i]) / (last - first);
    const float exact = first - min[i] / step;
    // Codes aren't negative, so that halves go upwards.
    const float floor = __builtin_floorf(exact);
    const float nearest = floor + (exact - floor >= 0.5f ? 1.0f : 0.0f);
    const float code = exact < first ? first : exact > last ? last : nearest;
    const bool dead = (min[i] == 0.0f) & (max[i] == 0.0f);
    low[i] = dead ? 0.0f : (first - code) * step;
    high[i] = dead ? 0.0f : (last - code) * step;
    scale[i] = step;
    inverse[i] = dead ? 0.0f : (last - first) / (max[i] - min[i]);
    zero[i] = dead ? 0.0f : code - first;
  }
}

void grids(const float* min, const float* max, int64_t n, float first, float last, const GridFields& g) {
  gridRow(min, max, n, first, last, g.low, g.high, g.scale, g.inverse, g.zero);
}

// The number of steps from the lower end.
template <bool inverse>
inline float stepsOf(float x, const Grid& g) {
  const float shifted = clip(x, g.low, g.high) - g.low;
  return inverse ? shifted * g.inverse : shifted / g.scale;
}

template <bool inverse>
void roundBy(const float* x, float* y, int64_t n, const Grid& grid) {
  const Grid g = grid;
  for (int64_t i = 0; i < n; i++) y[i] = roundTo(stepsOf<inverse>(x[i], g), g.zero, g.scale);
}

void roundRow(const float* __restrict x, float* __restrict y, int64_t width, const float* __restrict low,
              const float* __restrict high, const float* __restrict scale, const float* __restrict inverse,
              const float* __restrict zero) {
  for (int64_t i = 0; i < width; i++) {
    y[i] = roundTo((clip(x[i], low[i], high[i]) - low[i]) * inverse[i], zero[i], scale[i]);
  }
}

void roundRows(const float* x, float* y, int64_t rows, int64_t width, const GridRow& g) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width) {
    roundRow(x, y, width, g.low, g.high, g.scale, g.inverse, g.zero);
  }
}

// dy within the ends, else dy · 0, which keeps the sign and NaN.
inline float pass(float dy, float x, float low, float high) { return dy * (((x >= low) & (x <= high)) ? 1.0f : 0.0f); }

template <Needs needs, bool inverse>
void gradientOf(const float* __restrict dy, const float* __restrict x, float* __restrict dx, int64_t n,
                const Grid& grid, const Sums& sums) {
  const Grid g = grid;
  float below[kLanes] = {}, above[kLanes] = {}, rounding[kLanes] = {};
  const auto part = [&](int64_t at, int lanes) {
    for (int i = 0; i < lanes; i++) {
      const float d = dy[at + i], v = x[at + i];
      const float passed = pass(d, v, g.low, g.high);
      dx[at + i] = passed;
      if (needs >= kEnds) {
        below[i] += v < g.low ? d : 0.0f;
        above[i] += v > g.high ? d : 0.0f;
      }
      if (needs >= kEndsAndRounding) {
        const float y = roundTo(stepsOf<inverse>(v, g), g.zero, g.scale);
        rounding[i] += passed * (y - v);
      }
    }
  };
  int64_t at = 0;
  for (; at + kLanes <= n; at += kLanes) part(at, kLanes);
  part(at, (int)(n - at));
  if (needs == kNoSums) return;
  for (int i = 0; i < kLanes; i++) {
    sums.below[i] = below[i];
    sums.above[i] = above[i];
    if (needs >= kEndsAndRounding) sums.rounding[i] = rounding[i];
  }
}

template <bool inverse>
void gradientBy(const float* dy, const float* x, float* dx, int64_t n, const Grid& grid, Needs needs,
                const Sums& sums) {
  if (needs == kNoSums) return gradientOf<kNoSums, inverse>(dy, x, dx, n, grid, sums);
  if (needs == kEnds) return gradientOf<kEnds, inverse>(dy, x, dx, n, grid, sums);
  gradientOf<kEndsAndRounding, inverse>(dy, x, dx, n, grid, sums);
}

// Several rows at a time, so that the sums are read and written once for all of them.
template <Needs needs, int rows>
void gradientRow(const float* __restrict dy, const float* __restrict x, float* __restrict dx, int64_t width,
                 const float* __restrict low, const float* __restrict high, const float* __restrict scale,
                 const float* __restrict inverse, const float* __restrict zero, float* __restrict below,
                 float* __restrict above, float* __restrict rounding) {
  for (int64_t i = 0; i < width; i++) {
    float lower = needs >= kEnds ? below[i] : 0, upper = needs >= kEnds ? above[i] : 0;
    float errors = needs >= kEndsAndRounding ? rounding[i] : 0;
    for (int row = 0; row < rows; row++) {
      const float d = dy[i + row * width], v = x[i + row * width];
      const float passed = pass(d, v, low[i], high[i]);
      dx[i + row * width] = passed;
      lower += v < low[i] ? d : 0.0f;
      upper += v > high[i] ? d : 0.0f;
      if (needs < kEndsAndRounding) continue;
      const float y = roundTo((clip(v, low[i], high[i]) - low[i]) * inverse[i], zero[i], scale[i]);
      errors += passed * (y - v);
    }
    if (needs >= kEnds) below[i] = lower, above[i] = upper;
    if (needs >= kEndsAndRounding) rounding[i] = errors;
  }
}

template <Needs needs>
void gradientRowsOf(const float* dy, const float* x, float* dx, int64_t rows, int64_t width, const GridRow& g,
                    const Sums& s) {
  const auto part = [&](auto gradientRow, int64_t row) {
    const int64_t at = row * width;
    gradientRow(dy + at, x + at, dx + at, width, g.low, g.high, g.scale, g.inverse, g.zero, s.below, s.above,
                s.rounding);
  };
  int64_t row = 0;
  for (; row + kRows <= rows; row += kRows) part(gradientRow<needs, kRows>, row);
  for (; row < rows; row++) part(gradientRow<needs, 1>, row);
}

void gradientRows(const float* dy, const float* x, float* dx, int64_t rows, int64_t width, const GridRow& grids,
                  Needs needs, const Sums& sums) {
  if (needs == kNoSums) return gradientRowsOf<kNoSums>(dy, x, dx, rows, width, grids, sums);
  if (needs == kEnds) return gradientRowsOf<kEnds>(dy, x, dx, rows, width, grids, sums);
  gradientRowsOf<kEndsAndRounding>(dy, x, dx, rows, width, grids, sums);
}

inline float passUpTo(float dy, float y, float high) { return ((y > 0.0f) & (y <= high)) ? dy : 0.0f; }

void reluGradientRow(const float* __restrict dy, const float* __restrict y, float* __restrict dx, int64_t width,
                     float high, float* __restrict sums) {
  for (int64_t i = 0; i < width; i++) {
    const float passed = passUpTo(dy[i], y[i], high);
    dx[i] = passed;
    sums[i] += passed;
  }
}

void reluGradient(const float* dy, const float* y, float* dx, int64_t rows, int64_t width, float high, float* sums) {
  for (int64_t row = 0; row < rows; row++, dy += width, y += width, dx += width) {
    reluGradientRow(dy, y, dx, width, high, sums);
  }
}

// The function isn't inlined, so that the compiler believes that the parameters are distinct.
template <bool relu>
__attribute__((noinline)) void poolWindow(
    const float* __restrict dy, const float* __restrict v00, const float* __restrict v01, const float* __restrict v10,
    const float* __restrict v11, const float* __restrict y00, const float* __restrict y01,
    const float* __restrict y10, const float* __restrict y11, float* __restrict dx00, float* __restrict dx01,
    float* __restrict dx10, float* __restrict dx11, int64_t channels, float high, float* __restrict sums) {
  for (int64_t i = 0; i < channels; i++) {
    const float a = v00[i], b = v01[i], c = v10[i], d = v11[i];
    const float above = a > b ? a : b, below = c > d ? c : d;
    const float largest = above > below ? above : below;
    const float lower = c == largest ? y10[i] : y11[i];
    const float later = b == largest ? y01[i] : lower;
    const float y = a == largest ? y00[i] : later;
    const float passed = relu ? passUpTo(dy[i], y, high) : dy[i];
    const float afterA = a == largest ? 0.0f : passed;
    const float afterB = b == largest ? 0.0f : afterA;
    dx00[i] = a == largest ? passed : 0.0f;
    dx01[i] = b == largest ? afterA : 0.0f;
    dx10[i] = c == largest ? afterB : 0.0f;
    dx11[i] = c == largest ? 0.0f : afterB;
    if (relu) sums[i] += passed;
  }
}

template <bool relu>
void poolGradientOf(const float* dy, const float* const v[2], const float* const y[2], float* const dx[2],
                    int64_t windows, int64_t channels, float high, float* sums) {
  for (int64_t i = 0; i < windows; i++) {
    const int64_t left = 2 * i * channels, right = left + channels;
    poolWindow<relu>(dy + i * channels, v[0] + left, v[0] + right, v[1] + left, v[1] + right, y[0] + left,
                     y[0] + right, y[1] + left, y[1] + right, dx[0] + left, dx[0] + right, dx[1] + left,
                     dx[1] + right, channels, high, sums);
  }
}

void poolGradient(const float* dy, const float* const v[2], const float* const y[2], float* const dx[2],
                  int64_t windows, int64_t channels, float high, float* sums) {
  if (sums) return poolGradientOf<true>(dy, v, y, dx, windows, channels, high, sums);
  poolGradientOf<false>(dy, v, v, dx, windows, channels, high, sums);
}

// The mean of the terms of a row, added in kLanes sums side by side.
template <typename Term>
inline float meanOf(int64_t width, const Term& term) {
  float sums[kLanes] = {};
  int64_t at = 0;
  for (; at + kLanes <= width; at += kLanes) {
    for (int i = 0; i < kLanes; i++) sums[i] += term(at + i);
  }
  for (int i = 0; at + i < width; i++) sums[i] += term(at + i);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) sums[i] += sums[half + i];
  }
  return sums[0] / (float)width;
}

void normalizeRow(const float* __restrict x, const float* __restrict scale, const float* __restrict shift,
                  float mean, float inverse, int64_t width, float* __restrict y) {
  for (int64_t i = 0; i < width; i++) y[i] = (x[i] - mean) * inverse * scale[i] + shift[i];
}

void normalize(const float* x, const float* scale, const float* shift, float epsilon, int64_t width, float* y,
               float* mean, float* inverse) {
  const float middle = meanOf(width, [x](int64_t i) { return x[i]; });
  const float variance = meanOf(width, [x, middle](int64_t i) { return (x[i] - middle) * (x[i] - middle); });
  *mean = middle;
  *inverse = 1.0f / __builtin_sqrtf(variance + epsilon);
  normalizeRow(x, scale, shift, middle, *inverse, width, y);
}

void normalizeGradientRow(const float* __restrict dy, const float* __restrict x, const float* __restrict scale,
                          float mean, float inverse, float middle, float slope, int64_t width, float* __restrict dx,
                          float* __restrict scales, float* __restrict shifts) {
  for (int64_t i = 0; i < width; i++) {
    const float normal = (x[i] - mean) * inverse;
    dx[i] = (dy[i] * scale[i] - middle - normal * slope) * inverse;
    scales[i] += dy[i] * normal;
    shifts[i] += dy[i];
  }
}

void normalizeGradient(const float* dy, const float* x, const float* scale, float mean, float inverse, int64_t width,
                       float* dx, float* scales, float* shifts) {
  const float middle = meanOf(width, [=](int64_t i) { return dy[i] * scale[i]; });
  const float slope = meanOf(width, [=](int64_t i) { return dy[i] * scale[i] * ((x[i] - mean) * inverse); });
  normalizeGradientRow(dy, x, scale, mean, inverse, middle, slope, width, dx, scales, shifts);
}

}  // namespace

extern const Loops QATLAB_LOOPS;
const Loops QATLAB_LOOPS = {
    grids,
    roundBy<false>,
    roundBy<true>,
    roundRows,
    gradientBy<false>,
    gradientBy<true>,
    gradientRows,
    reluGradient,
    poolGradient,
    normalize,
    normalizeGradient,
};

}  // namespace qatlab
