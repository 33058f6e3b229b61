// The inner loops of convolutions. convolutionLoops.cc is compiled once for each set of instructions, and the
// processor decides which of them run. A product and its addition may be one operation here, so that the sets differ
// in last bits; the number of threads changes nothing.
#pragma once

#include <stdint.h>

#include "loops.h"

namespace qatlab {

// The windows of a convolution over one image whose borders are there: images are [height, width, channels].
struct Windows {
  // The first value under the first window, and the steps to the window below and to the one beside it.
  const float* x;
  int64_t down, right;
  // A window's rows, the values of each, and the step from one row of the image to the next.
  int64_t rows, length, row;
  // How many windows there are.
  int64_t height, width;
  // The rows of the image from the first that isn't in the border to the first that is again: all others are 0.
  int64_t first, last;
  // How many images are taken together for gradients of weights, and the step from one to the next.
  int64_t images, image;
};

// What becomes of the sums: y = min(max(sum + bias, low), high).
struct Outputs {
  // Weights that `packed` ordered, biases up to a whole register.
  const float *weights, *bias;
  int64_t channels;
  float low, high;
  // The largest sum that is let pass as it is.
  float most;
  float* y;
  // The steps from one row of outputs to the next, and from one output to the next.
  int64_t down, right;
  // If it isn't null, the largest of 2 × 2 outputs is y, and the code says which one it was: 0 to 3, row by row, the
  // first of equals, or 4 if its sum wasn't above `low` and up to `most`. Windows that are left over have no output.
  uint8_t* codes;
  // If it isn't null, outputs are rounded to this grid before the largest is taken. A grid whose ends are equal makes
  // them 0.
  const Grid* grid;
  // If it isn't null, the values of the largest outputs before they were rounded.
  float* exact;
};

// The gradients of the outputs, [images, height, width, channels].
struct Gradients {
  const float* values;
  int64_t image, down, right, channels;
};

struct ConvolutionLoops {
  // How many channels are computed in one register.
  int64_t lanes;
  // All outputs of one image.
  void (*forward)(const Windows& windows, const Outputs& outputs);
  // Adds some images' gradients for the weights, [rows, length, channels up to a whole register].
  void (*weights)(const Windows& windows, const Gradients& gradients, float* sums);
  // The gradients of a row of windows of 2 × 2: each goes to the place that its code names, other places get 0. The
  // gradients that pass are added to the channels' sums.
  void (*spread)(const float* dy, const uint8_t* codes, float* above, float* below, int64_t windows, int64_t channels,
                 float* sums);
  // The gradients of a row of values y where they are above 0 and up to `most`, or all of them if y is null. Those that
  // pass are added to the channels' sums.
  void (*pass)(const float* dy, const float* y, float most, float* to, int64_t pixels, int64_t channels, float* sums);
  // Adds `length` terms of each window to the values under it, which may be under others, too; `width` is the step from
  // one window's terms to the next one's, `right` that of the values.
  void (*add)(const float* terms, int64_t width, float* to, int64_t right, int64_t windows, int64_t length);
};

extern const ConvolutionLoops kBaselineConvolution;
#if defined(__x86_64__)
extern const ConvolutionLoops kAvx2Convolution;
extern const ConvolutionLoops kAvx512Convolution;
#endif

// How many channels the weights of a group have that are kept together: two registers, or one for the last.
inline int64_t groupOf(int64_t channels, int64_t from, int64_t lanes) {
  return channels - from > lanes ? 2 * lanes : lanes;
}

}  // namespace qatlab
