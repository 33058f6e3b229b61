// Fake quantization of blocks: values that lie `after` apart have a range of their own, as groups of weights, tokens,
// or channels that aren't the last axis. Values and gradients are those of the op per channel, bit for bit.
#include <algorithm>
#include <limits>
#include <vector>

#include "fakeQuant.h"
#include "pool.h"

namespace qatlab {

float above0(const Attributes& a, float low) { return a.relu ? std::numeric_limits<float>::min() : low; }

void passDead(const float* dy, const float* x, float* dx, int64_t size, int64_t step, bool relu, float* rounding) {
  double sum = 0;
  for (int64_t i = 0; i < size; i += step) {
    dx[i] = dy[i] * (relu && !(x[i] > 0) ? 0.0f : 1.0f);
    if (rounding) sum += (double)(dx[i] * (0.0f - x[i]));
  }
  if (rounding) *rounding = (float)sum;
}

namespace {

// How many rows are added up in 32 bits.
constexpr int64_t kRows = 256;

// The grids of as many blocks as fit into a core's cache, several ranges at a time.
class Grids {
 public:
  explicit Grids(int64_t count) : count_(count), values_(5 * count) {}

  void find(const float* min, const float* max, int64_t n, const Attributes& a) {
    float* v = values_.data();
    const GridFields fields = {v, v + count_, v + 2 * count_, v + 3 * count_, v + 4 * count_};
    loops().grids(min, max, n, (float)a.first, (float)a.last, fields);
    for (int64_t i = 0; a.relu && i < n; i++) fields.low[i] = above0(a, 0);
  }

  Grid at(int64_t i) const {
    const GridRow g = row();
    return {g.low[i], g.high[i], g.scale[i], g.inverse[i], g.zero[i]};
  }

  GridRow row() const {
    const float* v = values_.data();
    return {v, v + count_, v + 2 * count_, v + 3 * count_, v + 4 * count_};
  }

 private:
  int64_t count_;
  std::vector<float> values_;
};

// [before, size, after], in tasks of whole blocks.
struct Blocks {
  explicit Blocks(const Tensor& x)
      : before(TF_Dim(x.get(), 0)), size(TF_Dim(x.get(), 1)), after(TF_Dim(x.get(), 2)),
        height(std::max<int64_t>(1, kTask / std::max<int64_t>(1, size * after))),
        tasks((before + height - 1) / height) {}

  // Calls `run` for each block of `size` values, of which `width` lie side by side, with the number of its first
  // range, the place of its first value and the grids, whose first is the block's.
  template <typename Run>
  void each(const float* min, const float* max, const Attributes& a, const Run& run) const {
    forEachTask(tasks, before * size * after, [&](int64_t task) {
      const int64_t from = task * height, to = std::min(before, from + height);
      Grids grids(after == 1 ? to - from : after);
      if (after == 1) grids.find(min + from, max + from, to - from, a);
      for (int64_t block = from; block < to; block++) {
        const int64_t range = block * after;
        if (after > 1) grids.find(min + range, max + range, after, a);
        run(range, block * size * after, grids, after == 1 ? block - from : 0);
      }
    });
  }

  int64_t before, size, after, height, tasks;
};

float sumOf(const float* lanes) {
  double sum = 0;
  for (int i = 0; i < kLanes; i++) sum += lanes[i];
  return (float)sum;
}

}  // namespace

void roundBlocks(const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& y, const Attributes& a) {
  const Blocks blocks(x);
  const float *mins = floats(min), *maxs = floats(max), *from = floats(x);
  float* to = floats(y);
  blocks.each(mins, maxs, a, [&](int64_t range, int64_t at, const Grids& grids, int64_t first) {
    const int64_t size = blocks.size, after = blocks.after;
    if (after == 1) loops().roundRun(from + at, to + at, size, grids.at(first));
    else loops().roundRows(from + at, to + at, size, after, grids.row());
    for (int64_t i = 0; i < after; i++) {
      if (!isDead(mins[range + i], maxs[range + i])) continue;
      for (int64_t k = at + i; k < at + size * after; k += after) to[k] = 0;
    }
  });
}

void blockGradients(const Tensor& dy, const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& dx,
                    float* const totals[3], const Attributes& a) {
  const Blocks blocks(x);
  const float *mins = floats(min), *maxs = floats(max), *grads = floats(dy), *from = floats(x);
  float* to = floats(dx);
  float* rounding = a.needs == kEndsAndRounding ? totals[2] : nullptr;
  blocks.each(mins, maxs, a, [&](int64_t range, int64_t at, const Grids& grids, int64_t first) {
    const int64_t size = blocks.size, after = blocks.after;
    if (after == 1) {
      float sums[3][kLanes] = {};
      loops().gradientRun(grads + at, from + at, to + at, size, grids.at(first), a.needs, {sums[0], sums[1], sums[2]});
      for (int kind = 0; kind < 3 && a.needs; kind++) totals[kind][range] = sumOf(sums[kind]);
    } else {
      std::vector<float> sums(a.needs ? 3 * after : 0);
      std::vector<double> all(sums.size());
      float* const s = sums.data();
      for (int64_t row = 0; row < size; row += kRows) {
        const int64_t k = at + row * after;
        std::fill(sums.begin(), sums.end(), 0.0f);
        loops().gradientRows(grads + k, from + k, to + k, std::min(kRows, size - row), after, grids.row(), a.needs,
                             a.needs ? Sums{s, s + after, s + 2 * after} : Sums{});
        for (size_t i = 0; i < sums.size(); i++) all[i] += sums[i];
      }
      for (size_t i = 0; i < sums.size(); i++) totals[i / after][range + i % after] = (float)all[i];
    }
    for (int64_t i = 0; i < after; i++) {
      if (!isDead(mins[range + i], maxs[range + i])) continue;
      for (int kind = 0; kind < 2 && a.needs; kind++) totals[kind][range + i] = 0;
      passDead(grads + at + i, from + at + i, to + at + i, size * after - i, after, a.relu,
               rounding ? rounding + range + i : nullptr);
    }
  });
}

}  // namespace qatlab
