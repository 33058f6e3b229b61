// What a convolution and its gradients have in common: images with their borders, and how windows lie over them.
#pragma once

#include <cstring>
#include <vector>

#include "convolutionSizes.h"

namespace qatlab {
namespace convolution {

// Some images with their borders, which are 0.
class Bordered {
 public:
  Bordered(const Sizes& s, int64_t images)
      : s_(s), values_(s.hasBorders() ? images * s.full() : 0, 0.0f) {}

  const float* of(const float* images, int64_t count) {
    if (values_.empty()) return images;
    const int64_t row = s_.width * s_.inputs;
    for (int64_t image = 0; image < count; image++) {
      float* to = values_.data() + image * s_.full() + (s_.top * s_.fullWidth + s_.left) * s_.inputs;
      for (int64_t i = 0; i < s_.height; i++, images += row, to += s_.fullWidth * s_.inputs) {
        std::memcpy(to, images, row * sizeof(float));
      }
    }
    return values_.data();
  }

 private:
  const Sizes& s_;
  std::vector<float> values_;
};

inline Windows windowsOf(const Sizes& s, int64_t stride) {
  const int64_t row = s.fullWidth * s.inputs;
  return {nullptr, stride * row, stride * s.inputs, s.rows, s.columns * s.inputs, row, s.sumHeight, s.sumWidth,
          s.top, s.top + s.height, 1, s.full()};
}

// An image that had borders.
inline void withoutBorders(const Sizes& s, const float* full, float* image) {
  const int64_t row = s.width * s.inputs;
  for (int64_t i = 0; i < s.height; i++) {
    std::memcpy(image + i * row, full + ((i + s.top) * s.fullWidth + s.left) * s.inputs, row * sizeof(float));
  }
}

// Images' sums are added in blocks that don't depend on the number of threads, and the blocks in their order.
inline int64_t blockOf(const Sizes& s) { return std::max<int64_t>(1, std::min<int64_t>(16, s.images / 8)); }

struct Backward {
  const float *dy, *x, *filter, *y;
  const uint8_t* codes;
  float *dx, *weights, *biases;
};

// The gradients for images, filter and bias.
void backward(const Settings& settings, Sizes sizes, const Backward& tensors);

// Whether the next function computes them: after pooling, for channels that fill registers.
bool takesPooled(const Settings& settings, const Sizes& sizes);

// The same gradients, without the products that are 0 since pooling left their sums out.
void backwardPooled(const Settings& settings, const Sizes& sizes, const Backward& tensors);

}  // namespace convolution
}  // namespace qatlab
