// The gradients of a convolution for images, filter and bias, in one pass over memory. Images are computed one after the
// other, with their borders and gradients in memory that stays near the processor.
#include <algorithm>
#include <limits>
#include <vector>

#include "convolutionImages.h"
#include "kernels.h"
#include "pool.h"

namespace qatlab {
namespace convolution {
namespace {

// The gradients of some images' sums, with borders of 0 so that they can be brought back to the image.
class SumGradients {
 public:
  SumGradients(const Settings& a, const Sizes& s, int64_t images)
      : a_(a),
        s_(s),
        spreads_(spreads(a, s)),
        top_(bordered() ? s.rows - 1 - s.top : 0),
        left_(bordered() ? s.columns - 1 - s.left : 0),
        height_(bordered() ? s.height + s.rows - 1 : s.sumHeight),
        width_(bordered() ? s.width + s.columns - 1 : s.sumWidth),
        // The loops read whole registers.
        image_(height_ * width_ * s.outputs),
        values_(images * image_ + 2 * convolutionLoops().lanes, 0.0f),
        terms_(spreads_ ? s.sumWidth * s.window() : 0),
        full_(spreads_ && s.hasBorders() ? s.full() : 0) {}

  // Lets pass what the activation and the pooling let pass, and adds it to the channels' sums.
  void fill(int64_t image, const float* dy, const float* y, const uint8_t* codes, float* sums) {
    const int64_t row = width_ * s_.outputs, out = s_.outWidth * s_.outputs;
    float* to = values_.data() + image * image_ + (top_ * width_ + left_) * s_.outputs;
    for (int64_t i = 0; i < s_.outHeight; i++, dy += out) {
      if (codes) {
        convolutionLoops().spread(dy, codes + i * out, to + 2 * i * row, to + (2 * i + 1) * row, s_.outWidth, s_.outputs, sums);
      } else {
        convolutionLoops().pass(dy, y ? y + i * out : nullptr, a_.most(), to + i * row, s_.outWidth, s_.outputs, sums);
      }
    }
  }

  // The gradients for the weights; a row or a column that no window of the pooling has brings none.
  void weights(Windows in, float* sums) const {
    if (a_.pool) in.height = s_.outHeight * 2, in.width = s_.outWidth * 2;
    const float* from = values_.data() + (top_ * width_ + left_) * s_.outputs;
    convolutionLoops().weights(in, {from, image_, width_ * s_.outputs, s_.outputs, s_.outputs}, sums);
  }

  // The weights that bring gradients back to images.
  static std::vector<float> backWeights(const Settings& a, const Sizes& s, const float* filter) {
    const int64_t lanes = convolutionLoops().lanes;
    if (spreads(a, s)) return packed(exchanged(filter, s).data(), s.outputs, s.window(), lanes);
    return packed(turned(filter, s).data(), s.rows * s.columns * s.outputs, s.inputs, lanes);
  }

  // The gradients for an image.
  void bringBack(int64_t image, const std::vector<float>& weights, const std::vector<float>& none, float* dx) {
    if (spreads_) spread(image, weights, none, dx);
    else gather(image, weights, none, dx);
  }

 private:
  // Whether each sum's gradient is spread over the image's values under its window: where windows don't lie side by
  // side, and where there are so few channels that most of a register would be empty. Else each value's gradient is
  // gathered from the sums, which is a convolution.
  static bool spreads(const Settings& a, const Sizes& s) {
    const int64_t lanes = convolutionLoops().lanes, places = s.rows * s.columns;
    if (!a.inputGradient || a.stride != 1) return a.inputGradient;
    return 2 * upTo(s.window(), lanes) < places * upTo(s.inputs, lanes);
  }

  bool bordered() const { return a_.inputGradient && !spreads_; }

  void gather(int64_t image, const std::vector<float>& turned, const std::vector<float>& none, float* dx) const {
    const int64_t row = width_ * s_.outputs;
    const Windows in = {values_.data() + image * image_, row, s_.outputs, s_.rows, s_.columns * s_.outputs, row, s_.height, s_.width,
                        top_, top_ + (a_.pool ? 2 * s_.outHeight : s_.sumHeight), 1, image_};
    const float unbounded = std::numeric_limits<float>::infinity();
    convolutionLoops().forward(in, {turned.data(), none.data(), s_.inputs, -unbounded, unbounded, unbounded, dx,
                                    s_.width * s_.inputs, s_.inputs, nullptr, nullptr, nullptr});
  }

  void spread(int64_t image, const std::vector<float>& weights, const std::vector<float>& none, float* dx) {
    const int64_t window = s_.window(), row = s_.fullWidth * s_.inputs, length = s_.columns * s_.inputs;
    const float unbounded = std::numeric_limits<float>::infinity();
    float* const to = full_.empty() ? dx : full_.data();
    std::fill(to, to + s_.full(), 0.0f);
    const int64_t height = a_.pool ? 2 * s_.outHeight : s_.sumHeight, width = a_.pool ? 2 * s_.outWidth : s_.sumWidth;
    for (int64_t i = 0; i < height; i++) {
      const float* from = values_.data() + image * image_ + i * width_ * s_.outputs;
      const Windows in = {from, 1, s_.outputs, 1, s_.outputs, 1, 1, width, 0, 1, 1, 0};
      convolutionLoops().forward(in, {weights.data(), none.data(), window, -unbounded, unbounded, unbounded, terms_.data(),
                                      0, window, nullptr, nullptr, nullptr});
      for (int64_t k = 0; k < s_.rows; k++) {
        convolutionLoops().add(terms_.data() + k * length, window, to + (i * a_.stride + k) * row, a_.stride * s_.inputs, width, length);
      }
    }
    if (!full_.empty()) withoutBorders(s_, to, dx);
  }

  const Settings& a_;
  const Sizes& s_;
  const bool spreads_;
  const int64_t top_, left_, height_, width_, image_;
  std::vector<float> values_;
  // The terms of a row of sums, and an image with its borders, where gradients are spread.
  std::vector<float> terms_, full_;
};

// Whether the products that pooling makes 0 are cheaper than to leave them out: where windows have few values.
bool takesFew(const Settings& a, const Sizes& s) {
  const bool small = s.rows == 3 && s.columns * s.inputs <= 4;
  return a.pool && !a.inputGradient && small && s.outputs % pooledGradientLoops().lanes == 0;
}

// How many sums' gradients are made before they are used.
constexpr int64_t kPixels = 512;

}  // namespace

void backward(const Settings& a, Sizes s, const Backward& b) {
  if (takesPooled(a, s)) return backwardPooled(a, s, b);
  flatten(s, a);
  const bool few = takesFew(a, s);
  const int64_t lanes = convolutionLoops().lanes, padded = upTo(s.outputs, lanes);
  std::vector<float> weights, none(upTo(std::max(s.inputs, s.window()), lanes), 0.0f);
  if (a.inputGradient) weights = SumGradients::backWeights(a, s, b.filter);
  const int64_t block = blockOf(s);
  // Small images are taken together, so that the sums of weights are read and written less often.
  const int64_t together = std::min(block, std::max<int64_t>(1, kPixels / std::max<int64_t>(1, s.sumHeight * s.sumWidth)));
  const int64_t tasks = (s.images + block - 1) / block, size = (s.window() + 1) * padded;
  std::vector<float> sums(tasks * size, 0.0f);
  forEachTask(tasks, 3 * s.images * s.work(), [&](int64_t task) {
    float *own = sums.data() + task * size, *ownBiases = own + s.window() * padded;
    Bordered bordered(s, together);
    const int64_t end = std::min(s.images, (task + 1) * block);
    Windows in = windowsOf(s, a.stride);
    if (few) {
      const WindowRows rows = {in.rows, in.length, in.row};
      for (int64_t i = task * block; i < end; i++) {
        const int64_t at = i * s.output();
        pooledGradientLoops().few(rows, {bordered.of(b.x + i * s.image(), 1), b.dy + at, b.codes + at, s.outHeight, s.outWidth,
                                         s.outputs, in.down, in.right}, own, ownBiases);
      }
      return;
    }
    SumGradients gradients(a, s, together);
    for (int64_t from = task * block; from < end; from += together) {
      in.images = std::min(together, end - from);
      for (int64_t i = 0; i < in.images; i++) {
        const int64_t at = (from + i) * s.output();
        gradients.fill(i, b.dy + at, b.y ? b.y + at : nullptr, b.codes ? b.codes + at : nullptr, ownBiases);
      }
      in.x = bordered.of(b.x + from * s.image(), in.images);
      gradients.weights(in, own);
      if (!a.inputGradient) continue;
      for (int64_t i = 0; i < in.images; i++) gradients.bringBack(i, weights, none, b.dx + (from + i) * s.image());
    }
  });
  for (int64_t place = 0; place <= s.window(); place++) {
    float* to = place < s.window() ? b.weights + place * s.outputs : b.biases;
    for (int64_t o = 0; o < s.outputs; o++) {
      double sum = 0;
      for (int64_t task = 0; task < tasks; task++) sum += sums[task * size + place * padded + o];
      to[o] = (float)sum;
    }
  }
}

}  // namespace convolution
}  // namespace qatlab
