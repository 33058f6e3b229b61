// Fake quantization as TensorFlow's FakeQuantWithMinMaxVars and …PerChannel, forward and backward in one pass over
// memory each, with the same values and the same gradients for x, bit for bit.
#include "fakeQuant.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "pool.h"

namespace qatlab {
namespace {

// At least how many rows a task has.
constexpr int64_t kHeight = 32;
// Rows of fewer values are joined.
constexpr int64_t kWidth = 512;

Grid gridOf(float min, float max, const Attributes& a) {
  Grid grid;
  loops().grids(&min, &max, 1, (float)a.first, (float)a.last,
                {&grid.low, &grid.high, &grid.scale, &grid.inverse, &grid.zero});
  return grid;
}

// The grids of a row that holds each channel `times` times.
class Row {
 public:
  Row(const float* min, const float* max, int64_t channels, int64_t times, const Attributes& a)
      : width(channels * times), values_(5 * width) {
    for (int64_t i = 0; i < channels; i++) {
      if (isDead(min[i], max[i])) dead.push_back(i);
    }
    float* v = values_.data();
    const GridFields fields = {v, v + width, v + 2 * width, v + 3 * width, v + 4 * width};
    loops().grids(min, max, channels, (float)a.first, (float)a.last, fields);
    for (int field = 0; field < 5; field++, v += width) {
      for (int64_t k = channels; k < width; k++) v[k] = v[k - channels];
    }
  }

  GridRow grids() const {
    const float* v = values_.data();
    return {v, v + width, v + 2 * width, v + 3 * width, v + 4 * width};
  }

  void setLow(float low) { std::fill(values_.begin(), values_.begin() + width, low); }

  const int64_t width;
  // The channels whose range is [0, 0].
  std::vector<int64_t> dead;

 private:
  std::vector<float> values_;
};

// Whole rows of several channels each, and the values of the last, shorter row.
struct Layout {
  Layout(int64_t size, int64_t channels)
      : times(std::max<int64_t>(1, std::min(kWidth, size) / channels)),
        rows(size / (channels * times)),
        rest(size % (channels * times)),
        height(std::max(kHeight, kTask / (channels * times))),
        tasks((rows + height - 1) / height + (rest > 0)) {}

  // Calls `run` with the first value, the number of rows, and their width.
  template <typename Run>
  void each(int64_t task, int64_t width, const Run& run) const {
    const int64_t row = task * height;
    if (row >= rows) return run(rows * width, 1, rest);
    run(row * width, std::min(height, rows - row), width);
  }

  int64_t times, rows, rest, height, tasks;
};

}  // namespace

void roundAll(const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& y, const Attributes& a) {
  if (TF_NumDims(min.get()) == 2) return roundBlocks(x, min, max, y, a);
  const int64_t size = TF_TensorElementCount(x.get());
  const int64_t channels = TF_TensorElementCount(min.get());
  if (size == 0) return;
  const float* from = floats(x);
  float* to = floats(y);
  if (TF_NumDims(min.get()) == 0) {
    const bool dead = isDead(*floats(min), *floats(max));
    const Grid grid = gridOf(*floats(min), *floats(max), a);
    forEachTask((size + kTask - 1) / kTask, size, [&](int64_t task) {
      const int64_t at = task * kTask, n = std::min(kTask, size - at);
      if (dead) std::fill(to + at, to + at + n, 0.0f);
      else loops().round(from + at, to + at, n, grid);
    });
    return;
  }
  const Layout layout(size, channels);
  const Row row(floats(min), floats(max), channels, layout.times, a);
  forEachTask(layout.tasks, size, [&](int64_t task) {
    layout.each(task, row.width, [&](int64_t at, int64_t rows, int64_t width) {
      loops().roundRows(from + at, to + at, rows, width, row.grids());
      for (int64_t channel : row.dead) {
        for (int64_t i = at + channel; i < at + rows * width; i += channels) to[i] = 0;
      }
    });
  });
}

namespace {

// The sums of all tasks. Each task adds up its own in 32 bits, and each channel's in 64.
class Totals {
 public:
  Totals(int64_t tasks, int64_t channels, Needs needs)
      : kinds_(needs == kNoSums ? 0 : needs == kEnds ? 2 : 3), channels_(channels), all_(kinds_ * tasks * channels) {}

  // Calls `run` with places for the sums of a task, `width` of each kind, whose channels follow each other.
  template <typename Run>
  void add(int64_t task, int64_t width, const Run& run) {
    if (kinds_ == 0) return run(Sums{});
    std::vector<float> sums(3 * width);
    run(Sums{sums.data(), sums.data() + width, sums.data() + 2 * width});
    for (int kind = 0; kind < kinds_; kind++) {
      const float* from = sums.data() + kind * width;
      double* to = all_.data() + (task * kinds_ + kind) * channels_;
      for (int64_t at = 0; at < width; at += channels_) {
        const int64_t n = std::min(channels_, width - at);
        for (int64_t i = 0; i < n; i++) to[i] += from[at + i];
      }
    }
  }

  // Adds up the sums of each channel, task by task: below, above, rounding.
  void write(float* const totals[3]) const {
    const int64_t row = kinds_ * channels_;
    std::vector<double> all(row, 0.0);
    for (size_t at = 0; at < all_.size(); at += row) {
      for (int64_t i = 0; i < row; i++) all[i] += all_[at + i];
    }
    for (int64_t i = 0; i < row; i++) totals[i / channels_][i % channels_] = (float)all[i];
  }

 private:
  const int kinds_;
  const int64_t channels_;
  std::vector<double> all_;
};

}  // namespace

void gradientAll(const Tensor& dy, const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& dx,
                 float* const totals[3], const Attributes& a) {
  const int64_t size = TF_TensorElementCount(x.get());
  const int64_t channels = TF_TensorElementCount(min.get());
  for (int kind = 0; kind < 3 && totals[kind]; kind++) std::fill(totals[kind], totals[kind] + channels, 0.0f);
  if (size == 0) return;
  if (TF_NumDims(min.get()) == 2) return blockGradients(dy, x, min, max, dx, totals, a);
  const float *grads = floats(dy), *from = floats(x);
  float* to = floats(dx);
  float* rounding = a.needs == kEndsAndRounding ? totals[2] : nullptr;
  if (TF_NumDims(min.get()) == 0) {
    if (isDead(*floats(min), *floats(max))) return passDead(grads, from, to, size, 1, a.relu, rounding);
    Grid grid = gridOf(*floats(min), *floats(max), a);
    grid.low = above0(a, grid.low);
    const int64_t tasks = (size + kTask - 1) / kTask;
    Totals sums(tasks, 1, a.needs);
    forEachTask(tasks, size, [&](int64_t task) {
      const int64_t at = task * kTask, n = std::min(kTask, size - at);
      sums.add(task, kLanes, [&](const Sums& own) {
        loops().gradient(grads + at, from + at, to + at, n, grid, a.needs, own);
      });
    });
    sums.write(totals);
    return;
  }
  const Layout layout(size, channels);
  Row row(floats(min), floats(max), channels, layout.times, a);
  if (a.relu) row.setLow(above0(a, 0));
  Totals sums(layout.tasks, channels, a.needs);
  forEachTask(layout.tasks, size, [&](int64_t task) {
    layout.each(task, row.width, [&](int64_t at, int64_t rows, int64_t width) {
      sums.add(task, row.width, [&](const Sums& own) {
        loops().gradientRows(grads + at, from + at, to + at, rows, width, row.grids(), a.needs, own);
      });
    });
  });
  sums.write(totals);
  for (int64_t channel : row.dead) {
    for (int kind = 0; kind < 2 && totals[kind]; kind++) totals[kind][channel] = 0;
    passDead(grads + channel, from + channel, to + channel, size - channel, channels, a.relu,
             rounding ? rounding + channel : nullptr);
  }
}

}  // namespace qatlab
