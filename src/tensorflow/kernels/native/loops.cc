// Compiled with -DQATLAB_LOOPS=kBaseline, kAvx2 or kAvx512 and the instructions of that set. No header of the
// C++ library is included: an inline function of it, compiled here for a newer processor, could be linked into
// code that runs on all.
#include "loops.h"

namespace qatlab {
namespace {

// The order of the comparisons keeps NaN.
inline float clip(float x, float low, float high) {
  float below = x > high ? high : x;
  return below < low ? low : below;
}

inline float roundTo(float steps, float zero, float scale) {
  return __builtin_floorf((steps - zero) + 0.5f) * scale;
}

void round(const float* x, float* y, int64_t n, const Grid& grid) {
  const Grid g = grid;
  for (int64_t i = 0; i < n; i++) {
    y[i] = roundTo((clip(x[i], g.low, g.high) - g.low) / g.scale, g.zero, g.scale);
  }
}

// The compiler believes that pointers are distinct where they are parameters.
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
inline float pass(float dy, float x, float low, float high) { return dy * ((x >= low) & (x <= high) ? 1.0f : 0.0f); }

template <Needs needs>
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
        const float y = roundTo((clip(v, g.low, g.high) - g.low) / g.scale, g.zero, g.scale);
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

void gradient(const float* dy, const float* x, float* dx, int64_t n, const Grid& grid, Needs needs,
              const Sums& sums) {
  if (needs == kNoSums) return gradientOf<kNoSums>(dy, x, dx, n, grid, sums);
  if (needs == kEnds) return gradientOf<kEnds>(dy, x, dx, n, grid, sums);
  gradientOf<kEndsAndRounding>(dy, x, dx, n, grid, sums);
}

template <Needs needs>
void gradientRow(const float* __restrict dy, const float* __restrict x, float* __restrict dx, int64_t width,
                 const float* __restrict low, const float* __restrict high, const float* __restrict scale,
                 const float* __restrict inverse, const float* __restrict zero, float* __restrict below,
                 float* __restrict above, float* __restrict rounding) {
  for (int64_t i = 0; i < width; i++) {
    const float d = dy[i], v = x[i];
    const float passed = pass(d, v, low[i], high[i]);
    dx[i] = passed;
    if (needs >= kEnds) {
      below[i] += v < low[i] ? d : 0.0f;
      above[i] += v > high[i] ? d : 0.0f;
    }
    if (needs >= kEndsAndRounding) {
      const float y = roundTo((clip(v, low[i], high[i]) - low[i]) * inverse[i], zero[i], scale[i]);
      rounding[i] += passed * (y - v);
    }
  }
}

template <Needs needs>
void gradientRowsOf(const float* dy, const float* x, float* dx, int64_t rows, int64_t width, const GridRow& g,
                    const Sums& s) {
  for (int64_t row = 0; row < rows; row++, dy += width, x += width, dx += width) {
    gradientRow<needs>(dy, x, dx, width, g.low, g.high, g.scale, g.inverse, g.zero, s.below, s.above, s.rounding);
  }
}

void gradientRows(const float* dy, const float* x, float* dx, int64_t rows, int64_t width, const GridRow& grids,
                  Needs needs, const Sums& sums) {
  if (needs == kNoSums) return gradientRowsOf<kNoSums>(dy, x, dx, rows, width, grids, sums);
  if (needs == kEnds) return gradientRowsOf<kEnds>(dy, x, dx, rows, width, grids, sums);
  gradientRowsOf<kEndsAndRounding>(dy, x, dx, rows, width, grids, sums);
}

}  // namespace

extern const Loops QATLAB_LOOPS;
const Loops QATLAB_LOOPS = {round, roundRows, gradient, gradientRows};

}  // namespace qatlab
