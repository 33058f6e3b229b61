// The inner loops of depthwise convolutions. depthwiseLoops.cc is compiled once for each set of instructions, as
// convolutionLoops.cc. A run of values lies along channels, and along pixels where windows lie side by side, so that
// registers are full however few channels there are.
#pragma once

#include <stdint.h>

namespace qatlab {

// The places of a window: `row` is the step from one row of the image to the next, `step` that from one pixel to the next.
struct Taps {
  int64_t rows, columns, row, step;
};

struct DepthwiseLoops {
  // y = min(max(Σ x · weights + bias, low), high) for a run of n values; the weights of a place are `width` apart.
  void (*forward)(const Taps& taps, const float* x, const float* weights, int64_t width, const float* bias, float low,
                  float high, float* y, int64_t n);
  // Adds dy · weights to the values under a run's windows, which doesn't overlap itself.
  void (*spread)(const Taps& taps, const float* dy, const float* weights, int64_t width, float* dx, int64_t n);
  // Adds the gradients for the weights of a run, over `lines` lines of runs, which are `down` and `dyDown` apart.
  void (*weights)(const Taps& taps, const float* x, int64_t down, const float* dy, int64_t dyDown, int64_t lines,
                  float* sums, int64_t width, int64_t n);
};

// The loops for the processor's instructions.
const DepthwiseLoops& depthwiseLoops();

extern const DepthwiseLoops kBaselineDepthwise;
#if defined(__x86_64__)
extern const DepthwiseLoops kAvx2Depthwise;
extern const DepthwiseLoops kAvx512Depthwise;
#endif

}  // namespace qatlab
