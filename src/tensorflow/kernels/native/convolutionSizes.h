// The lengths of a convolution, and its weights in the order in which the loops read them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels.h"

namespace qatlab {
namespace convolution {

struct Settings {
  int32_t stride;
  // `exact`: whether the values that are pooled are an output, too, as they are before the op rounds them.
  unsigned char same, pool, inputGradient, narrow, exact;
  // The number of bits of the outputs' codes, where the op rounds the outputs before it pools them; 0 where it doesn't round.
  int32_t bits;
  // The ends of what the activation lets pass: 0 for a ReLU, infinite if there are none.
  float low, high;

  // The gradient passes below the upper end, as in TensorFlow's Relu6Grad.
  float most() const { return std::isinf(high) ? high : std::nextafter(high, low); }
};

// The lengths of a convolution, and what borders it needs.
struct Sizes {
  int64_t images, height, width, inputs, rows, columns, outputs;
  // The lengths of the sums, and of the outputs, which may be pooled.
  int64_t sumHeight, sumWidth, outHeight, outWidth;
  int64_t top, left;
  // The lengths of an image with its borders.
  int64_t fullHeight, fullWidth;

  int64_t image() const { return height * width * inputs; }
  int64_t output() const { return outHeight * outWidth * outputs; }
  int64_t window() const { return rows * columns * inputs; }
  int64_t full() const { return fullHeight * fullWidth * inputs; }
  bool hasBorders() const { return fullHeight != height || fullWidth != width; }
  // How much an image's convolution takes, counted in values that are copied.
  int64_t work() const { return sumHeight * sumWidth * window() * outputs / 64; }
};

inline void border(int64_t length, int64_t window, const Settings& a, int64_t& sums, int64_t& before, int64_t& full) {
  sums = a.same ? (length + a.stride - 1) / a.stride : length < window ? 0 : (length - window) / a.stride + 1;
  const int64_t missing = std::max<int64_t>(0, (sums - 1) * a.stride + window - length);
  before = a.same ? missing / 2 : 0;
  full = a.same ? length + missing : length;
}

inline bool sizesOf(const Tensor& x, const Tensor& filter, const Settings& a, Sizes& s, const Status& status) {
  if (TF_NumDims(x.get()) != 4 || TF_NumDims(filter.get()) != 4 || TF_Dim(x.get(), 3) != TF_Dim(filter.get(), 2)) {
    TF_SetStatus(status.get(), TF_INVALID_ARGUMENT,
                 "a convolution needs images [n, height, width, channels] and a filter [height, width, channels, outputs]");
    return false;
  }
  s.images = TF_Dim(x.get(), 0), s.height = TF_Dim(x.get(), 1), s.width = TF_Dim(x.get(), 2), s.inputs = TF_Dim(x.get(), 3);
  s.rows = TF_Dim(filter.get(), 0), s.columns = TF_Dim(filter.get(), 1), s.outputs = TF_Dim(filter.get(), 3);
  border(s.height, s.rows, a, s.sumHeight, s.top, s.fullHeight);
  border(s.width, s.columns, a, s.sumWidth, s.left, s.fullWidth);
  s.outHeight = a.pool ? s.sumHeight / 2 : s.sumHeight;
  s.outWidth = a.pool ? s.sumWidth / 2 : s.sumWidth;
  return true;
}

// Windows of one place lie in one row, however high the images are.
inline void flatten(Sizes& s, const Settings& a) {
  if (s.rows != 1 || s.columns != 1 || a.stride != 1 || a.pool) return;
  for (int64_t* width : {&s.width, &s.sumWidth, &s.outWidth, &s.fullWidth}) *width *= s.height;
  s.height = s.sumHeight = s.outHeight = s.fullHeight = 1;
}

inline int64_t upTo(int64_t channels, int64_t lanes) { return (channels + lanes - 1) / lanes * lanes; }

// Orders weights [places][channels] by groups of channels, as the loops read them; 0 fills the last group.
inline std::vector<float> packed(const float* weights, int64_t places, int64_t channels, int64_t lanes) {
  std::vector<float> all(places * upTo(channels, lanes), 0.0f);
  for (int64_t from = 0; from < channels; from += 2 * lanes) {
    const int64_t group = groupOf(channels, from, lanes), count = std::min(group, channels - from);
    float* to = all.data() + from * places;
    for (int64_t i = 0; i < places; i++, to += group) std::memcpy(to, weights + i * channels + from, count * sizeof(float));
  }
  return all;
}

// The weights that bring gradients back: turned around, with inputs and outputs exchanged.
inline std::vector<float> turned(const float* filter, const Sizes& s) {
  const int64_t places = s.rows * s.columns;
  std::vector<float> all(s.window() * s.outputs);
  for (int64_t place = 0; place < places; place++) {
    const float* from = filter + (places - 1 - place) * s.inputs * s.outputs;
    for (int64_t i = 0; i < s.inputs; i++) {
      for (int64_t o = 0; o < s.outputs; o++) all[(place * s.outputs + o) * s.inputs + i] = from[i * s.outputs + o];
    }
  }
  return all;
}

// The weights that spread gradients: [outputs][window].
inline std::vector<float> exchanged(const float* filter, const Sizes& s) {
  const int64_t window = s.window();
  std::vector<float> all(window * s.outputs);
  for (int64_t place = 0; place < window; place++) {
    for (int64_t o = 0; o < s.outputs; o++) all[o * window + place] = filter[place * s.outputs + o];
  }
  return all;
}

}  // namespace convolution
}  // namespace qatlab
