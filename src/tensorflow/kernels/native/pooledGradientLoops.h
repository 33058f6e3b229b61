// The inner loops of the gradients of pooled convolutions. pooledGradientLoops.cc is compiled once for each set of
// instructions, and the processor decides which of them run. A product and its addition may be one operation here.
#pragma once

#include <stdint.h>

namespace qatlab {

// The rows of a window, the values of each, a multiple of `lanes`, and the step from one row of the image to the next.
struct WindowRows {
  int64_t rows, length, row;
};

// The sums of one channel that were the largest of their pooling: the gradient of each, and where its window begins.
struct Chosen {
  const float* gradients;
  const int32_t* at;
  int64_t count;
};

// An image's outputs after pooling, whose channels fill registers, and the steps of the windows over the image.
struct PooledImage {
  const float *x, *dy;
  const uint8_t* codes;
  int64_t height, width, channels, down, right;
};

struct PooledGradientLoops {
  // How many values are computed in one register.
  int64_t lanes;
  // Adds one window of the pooling to the lists of the channels, each of which has room for `most`: a code says which of
  // four places has the gradient, or that it doesn't pass (4). Those that pass are added to the channels' sums.
  void (*list)(const float* dy, const uint8_t* codes, const int32_t (&places)[5], int64_t channels, int64_t most,
               int32_t* counts, float* gradients, int32_t* at, float* sums);
  // Adds the products of the gradients and the values under their windows, [rows, length].
  void (*weights)(const WindowRows& window, const Chosen& chosen, const float* x, float* sums);
  // Adds the products of the gradients and the weights [rows, length] to the values under the windows.
  void (*images)(const WindowRows& window, const Chosen& chosen, const float* weights, float* dx);
  // For windows of 3 rows of up to 4 values: adds an image's gradients for the weights, [rows, length, channels], and for
  // the biases.
  void (*few)(const WindowRows& window, const PooledImage& image, float* weights, float* biases);
  // What `weights` and `images` add, at once; returns false if there aren't registers enough.
  bool (*both)(const WindowRows& window, const Chosen& chosen, const float* x, const float* weights, float* sums, float* dx);
};

extern const PooledGradientLoops kBaselinePooledGradient;
#if defined(__x86_64__)
extern const PooledGradientLoops kAvx2PooledGradient;
extern const PooledGradientLoops kAvx512PooledGradient;
#endif

}  // namespace qatlab
