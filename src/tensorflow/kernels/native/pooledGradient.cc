// The gradients of a convolution that is pooled. Of each window of the pooling one sum has a gradient, another one in each
// channel, so that three of four products of the gradients are 0: here they are left out. (Where an image's value isn't
// finite, its product with 0 would be NaN.) A channel's gradients are listed, and its weights are kept in registers.
#include <algorithm>
#include <limits>
#include <vector>

#include "convolutionImages.h"
#include "kernels.h"
#include "pool.h"

namespace qatlab {
namespace convolution {
namespace {

// The lists of the channels' gradients.
class Lists {
 public:
  Lists(const Sizes& s, int64_t images, int64_t rows)
      : s_(s), most_(images * rows * s.outWidth), counts_(s.outputs), gradients_(most_ * s.outputs), at_(most_ * s.outputs) {}

  // Lists the gradients that pass, of rows of the outputs of some images, and adds them to the channels' sums.
  void fill(const Windows& in, int64_t top, int64_t bottom, const float* dy, const uint8_t* codes, float* sums) {
    std::fill(counts_.begin(), counts_.end(), 0);
    for (int64_t image = 0; image < in.images; image++) {
      for (int64_t i = top; i < bottom; i++) {
        const int64_t row = (image * s_.outHeight + i) * s_.outWidth;
        // Windows side by side have values in common, and would wait for each other.
        for (int64_t k = 0; k < s_.outWidth; k++) {
          const int64_t half = (s_.outWidth + 1) / 2, j = k < half ? 2 * k : 2 * (k - half) + 1;
          const int64_t first = image * in.image + 2 * (i * in.down + j * in.right), at = (row + j) * s_.outputs;
          const int32_t places[] = {(int32_t)first, (int32_t)(first + in.right), (int32_t)(first + in.down),
                                    (int32_t)(first + in.down + in.right), 0};
          pooledGradientLoops().list(dy + at, codes + at, places, s_.outputs, most_, counts_.data(), gradients_.data(), at_.data(), sums);
        }
      }
    }
  }

  Chosen of(int64_t channel) const {
    return {gradients_.data() + channel * most_, at_.data() + channel * most_, counts_[channel]};
  }

 private:
  const Sizes& s_;
  const int64_t most_;
  std::vector<int32_t> counts_;
  std::vector<float> gradients_;
  std::vector<int32_t> at_;
};

// How many values of images are computed at a time, so that they and their gradients stay near the processor.
constexpr int64_t kValues = 1 << 12;

}  // namespace

bool takesPooled(const Settings& a, const Sizes& s) {
  const int64_t lanes = pooledGradientLoops().lanes;
  return a.pool && s.inputs % lanes == 0 && s.window() >= 4 * lanes && s.output() > 0 &&
         s.full() <= std::numeric_limits<int32_t>::max() / 16;
}

void backwardPooled(const Settings& a, const Sizes& s, const Backward& b) {
  const PooledGradientLoops& loops = pooledGradientLoops();
  const int64_t window = s.window(), size = (window + 1) * s.outputs;
  const std::vector<float> filter = exchanged(b.filter, s);
  const int64_t block = blockOf(s), tasks = (s.images + block - 1) / block;
  const int64_t together = std::min(block, std::max<int64_t>(1, kValues / s.full()));
  const int64_t lines = kValues / (s.fullWidth * s.inputs) - s.rows, fit = std::max<int64_t>(1, lines / (2 * a.stride) + 1);
  const int64_t band = together > 1 || s.full() <= kValues ? s.outHeight : std::min(s.outHeight, fit);
  std::vector<float> sums(tasks * size, 0.0f);
  forEachTask(tasks, s.images * s.work(), [&](int64_t task) {
    float *own = sums.data() + task * size, *ownBiases = own + window * s.outputs;
    Bordered bordered(s, together);
    Lists lists(s, together, band);
    std::vector<float> borderedGradients(a.inputGradient && s.hasBorders() ? together * s.full() : 0);
    Windows in = windowsOf(s, a.stride);
    const WindowRows rows = {in.rows, in.length, in.row};
    const int64_t end = std::min(s.images, (task + 1) * block);
    for (int64_t from = task * block; from < end; from += together) {
      in.images = std::min(together, end - from);
      in.x = bordered.of(b.x + from * s.image(), in.images);
      float* const dx = !a.inputGradient ? nullptr : s.hasBorders() ? borderedGradients.data() : b.dx + from * s.image();
      if (dx) std::fill_n(dx, in.images * s.full(), 0.0f);
      for (int64_t top = 0; top < s.outHeight; top += band) {
        const int64_t bottom = std::min(s.outHeight, top + band), at = from * s.output();
        lists.fill(in, top, bottom, b.dy + at, b.codes + at, ownBiases);
        for (int64_t o = 0; o < s.outputs; o++) {
          const Chosen chosen = lists.of(o);
          if (dx && loops.both(rows, chosen, in.x, filter.data() + o * window, own + o * window, dx)) continue;
          loops.weights(rows, chosen, in.x, own + o * window);
          if (dx) loops.images(rows, chosen, filter.data() + o * window, dx);
        }
      }
      if (dx && s.hasBorders()) {
        for (int64_t i = 0; i < in.images; i++) withoutBorders(s, dx + i * s.full(), b.dx + (from + i) * s.image());
      }
    }
  });
  const auto total = [&](int64_t at) {
    double sum = 0;
    for (int64_t task = 0; task < tasks; task++) sum += sums[task * size + at];
    return (float)sum;
  };
  for (int64_t o = 0; o < s.outputs; o++) {
    for (int64_t place = 0; place < window; place++) b.weights[place * s.outputs + o] = total(o * window + place);
    b.biases[o] = total(window * s.outputs + o);
  }
}

}  // namespace convolution
}  // namespace qatlab
