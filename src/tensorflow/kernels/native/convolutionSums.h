// The sums of a convolution's windows, which stay in registers. Its includer is compiled for one set of instructions.
#pragma once

#include "convolutionLoops.h"
#include "convolutionRegisters.h"

namespace qatlab {
namespace {

// The sums of `pixels` windows side by side, for `registers` registers of channels. If they are pooled, half of them
// are in the row below.
template <int pixels, int registers, bool pooled>
QATLAB_INLINE inline void sumUp(const Windows& in, const float* x, const float* weights, Vector (&sums)[pixels][registers]) {
  constexpr int columns = pooled ? pixels / 2 : pixels;
  const int64_t right = in.right;
  weights += in.first * in.length * registers * kWidth;
  for (int64_t k = in.first; k < in.last; k++) {
    const float* above = x + k * in.row;
    const float* below = pooled ? above + in.down : above;
    for (int64_t i = 0; i < in.length; i++, weights += registers * kWidth) {
      Vector by[registers];
      each<registers>([&](auto n) QATLAB_INLINE { by[n] = load(weights + n * kWidth); });
      each<pixels>([&](auto p) QATLAB_INLINE {
        constexpr int column = p % columns;
        const float value = (p < columns ? above : below)[column * right + i];
        each<registers>([&](auto n) QATLAB_INLINE { sums[p][n] += by[n] * value; });
      });
    }
  }
}

// Computes some outputs for channels from the first number on, and writes them from the second on.
using Tile = void (*)(const Windows&, const Outputs&, const float*, int64_t, int64_t);

}  // namespace
}  // namespace qatlab
