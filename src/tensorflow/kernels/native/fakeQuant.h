// What the layouts of fake quantization have in common.
#pragma once

#include "kernels.h"

namespace qatlab {

// How many values a task has. Sums are added task by task, in the order of the tasks.
constexpr int64_t kTask = 1 << 14;

struct Attributes {
  int first, last;
  Needs needs;
  // Whether x is a ReLU's output, and the gradient passes this ReLU too.
  bool relu;
};

inline bool isDead(float min, float max) { return min == 0 && max == 0; }

// The lowest value above 0, where a ReLU lets gradients pass from.
float above0(const Attributes& a, float low);

// A range [0, 0] makes every value 0 and lets every gradient pass. The values lie `step` apart.
void passDead(const float* dy, const float* x, float* dx, int64_t size, int64_t step, bool relu, float* rounding);

// Rounds x to the grids of min and max: a number each, one for each channel of x's last axis, or as below.
void roundAll(const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& y, const Attributes& a);
// The gradients for x, and the sums below, above and of rounding's errors, of which those that are null aren't wanted.
void gradientAll(const Tensor& dy, const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& dx,
                 float* const totals[3], const Attributes& a);

// x is [before, size, after]; each of the before · after sequences of values has a range of its own.
void roundBlocks(const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& y, const Attributes& a);
void blockGradients(const Tensor& dy, const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& dx,
                    float* const totals[3], const Attributes& a);

}  // namespace qatlab
