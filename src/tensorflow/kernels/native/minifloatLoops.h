// The inner loops of small floating-point formats. minifloatLoops.cc is compiled once for each set of instructions, as
// loops.cc; all sets make the same bits.
#pragma once

#include <stdint.h>

namespace qatlab {

// A format: the smallest exponent of its normal numbers, its steps between two powers of two, its largest number, and
// the values of the numbers beyond it and of NaN. A format of whole numbers has none of these but the steps.
struct Minifloat {
  int lowest;
  float steps, largest, beyond, nan;
  bool whole;
};

struct MinifloatLoops {
  // Rounds values over a scale to the nearest numbers, halves to the even one, and multiplies them by the scale.
  void (*round)(const float* x, float* y, int64_t n, float scale, const Minifloat& format);
  // The same for rows of values that have a scale each.
  void (*roundRows)(const float* x, float* y, int64_t rows, int64_t width, const float* scales,
                    const Minifloat& format);
  // The bits of the largest size; those of ∞ and NaN are larger than those of numbers.
  int32_t (*largest)(const float* x, int64_t n);
  // The same for each column of rows.
  void (*largestRows)(const float* x, int64_t rows, int64_t width, int32_t* bits);
};

// The loops for the processor's instructions.
const MinifloatLoops& minifloatLoops();

extern const MinifloatLoops kBaselineMinifloat;
#if defined(__x86_64__)
extern const MinifloatLoops kAvx2Minifloat;
extern const MinifloatLoops kAvx512Minifloat;
#endif

}  // namespace qatlab
