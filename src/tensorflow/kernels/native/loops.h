// The inner loops of the kernels. loops.cc is compiled once for each set of instructions, and the processor
// decides which of them run. All sets make the same bits: no sum is ordered by the width of a register, and no
// multiplication is fused with an addition.
#pragma once

#include <stdint.h>

namespace qatlab {

// A grid of TensorFlow's FakeQuant ops: its ends, its step, the step's inverse, and the code of 0 counted from
// the smallest code.
struct Grid {
  float low, high, scale, inverse, zero;
};

// The same for a row of values, each with a grid of its own.
struct GridRow {
  const float *low, *high, *scale, *inverse, *zero;
};

// The same, to be written.
struct GridFields {
  float *low, *high, *scale, *inverse, *zero;
};

// What is summed for the gradients of a range: the gradients below it and above it, and the gradients within it
// times the errors of rounding.
struct Sums {
  float *below, *above, *rounding;
};

// How many sums of one grid are kept side by side.
constexpr int kLanes = 16;

// How much of the sums a gradient needs.
enum Needs { kNoSums = 0, kEnds = 1, kEndsAndRounding = 2 };

struct Loops {
  // Moves ranges until 0 has a code, and makes their grids: fake_quant_ops_functor.h, Nudge. `first` and `last` are
  // the op's codes.
  void (*grids)(const float* min, const float* max, int64_t n, float first, float last, const GridFields& grids);
  // Rounds values to one grid; the step divides.
  void (*round)(const float* x, float* y, int64_t n, const Grid& grid);
  // The same, where the step's inverse multiplies, as in rows.
  void (*roundRun)(const float* x, float* y, int64_t n, const Grid& grid);
  // Rounds rows of values to a row of grids; the inverses of the steps multiply.
  void (*roundRows)(const float* x, float* y, int64_t rows, int64_t width, const GridRow& grids);
  // Lets gradients pass within one grid's ends; `sums` has kLanes places.
  void (*gradient)(const float* dy, const float* x, float* dx, int64_t n, const Grid& grid, Needs needs,
                   const Sums& sums);
  // The same, where the step's inverse multiplies.
  void (*gradientRun)(const float* dy, const float* x, float* dx, int64_t n, const Grid& grid, Needs needs,
                      const Sums& sums);
  // Lets gradients pass within the ends of a row of grids; `sums` has `width` places.
  void (*gradientRows)(const float* dy, const float* x, float* dx, int64_t rows, int64_t width,
                       const GridRow& grids, Needs needs, const Sums& sums);
  // The gradient where a ReLU's output y is above 0 and up to `high`, and the sums over all rows; `sums` has `width`
  // places.
  void (*reluGradient)(const float* dy, const float* y, float* dx, int64_t rows, int64_t width, float high,
                       float* sums);
  // The gradient of a row of windows of 2 × 2, two rows of values: it goes to a window's largest value, the first
  // one of equals, if the ReLU's output y of that place is above 0 and up to `high`. `sums` has a place for each
  // channel; if it is null, there is no ReLU.
  void (*poolGradient)(const float* dy, const float* const values[2], const float* const y[2], float* const dx[2],
                       int64_t windows, int64_t channels, float high, float* sums);
  // Brings a row to mean 0 and variance 1, then scales and shifts it; writes its mean and 1 / √(variance + ε).
  void (*normalize)(const float* x, const float* scale, const float* shift, float epsilon, int64_t width, float* y,
                    float* mean, float* inverse);
  // The gradient for a row, and its terms of the gradients for the scales and the shifts, which are added.
  void (*normalizeGradient)(const float* dy, const float* x, const float* scale, float mean, float inverse,
                            int64_t width, float* dx, float* scales, float* shifts);
};

extern const Loops kBaseline;
#if defined(__x86_64__)
extern const Loops kAvx2;
extern const Loops kAvx512;
#endif

}  // namespace qatlab
