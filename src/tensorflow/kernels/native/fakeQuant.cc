// Fake quantization as TensorFlow's FakeQuantWithMinMaxVars and …PerChannel, forward and backward in one pass over
// memory each, with the same values and the same gradients for x, bit for bit.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernels.h"
#include "pool.h"

namespace qatlab {
namespace {

// How many values a task has, and at least how many rows. Sums are added task by task, in the order of the tasks.
constexpr int64_t kTask = 1 << 14;
constexpr int64_t kHeight = 32;
// Rows of fewer values are joined.
constexpr int64_t kWidth = 512;

struct Attributes {
  int first, last;
  Needs needs;
  // Whether x is a ReLU's output, and the gradient passes this ReLU too.
  bool relu;
};

// Moves a range until 0 has a code: fake_quant_ops_functor.h, Nudge.
Grid gridOf(float min, float max, const Attributes& a) {
  const float first = (float)a.first, last = (float)a.last;
  const float scale = (max - min) / (last - first);
  const float exact = first - min / scale;
  const float zero = exact < first ? first : exact > last ? last : std::round(exact);
  return {(first - zero) * scale, (last - zero) * scale, scale, (last - first) / (max - min), zero - first};
}

bool isDead(float min, float max) { return min == 0 && max == 0; }

// The grids of a row that holds each channel `times` times.
class Row {
 public:
  Row(const float* min, const float* max, int64_t channels, int64_t times, const Attributes& a)
      : width(channels * times), values_(5 * width) {
    for (int64_t i = 0; i < channels; i++) {
      const bool dead = isDead(min[i], max[i]);
      if (dead) this->dead.push_back(i);
      const Grid grid = dead ? Grid{0, 0, 0, 0, 0} : gridOf(min[i], max[i], a);
      const float entries[] = {grid.low, grid.high, grid.scale, grid.inverse, grid.zero};
      for (int64_t k = i; k < width; k += channels) {
        for (int field = 0; field < 5; field++) values_[field * width + k] = entries[field];
      }
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

void roundAll(const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& y, const Attributes& a) {
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

// The sums of all tasks, and of a grid's places.
class Totals {
 public:
  Totals(int64_t tasks, int64_t width) : width_(width), sums_(3 * tasks * width) {}

  Sums of(int64_t task) {
    float* sums = sums_.data() + 3 * task * width_;
    return {sums, sums + width_, sums + 2 * width_};
  }

  // Adds up the sums of each channel: below, above, rounding.
  void add(int64_t channels, float* const totals[3]) const {
    const int64_t tasks = (int64_t)sums_.size() / (3 * width_);
    for (int kind = 0; kind < 3; kind++) {
      std::vector<double> all(channels, 0.0);
      for (int64_t task = 0; task < tasks; task++) {
        const float* sums = sums_.data() + (3 * task + kind) * width_;
        for (int64_t at = 0; at < width_; at += channels) {
          const int64_t n = std::min(channels, width_ - at);
          for (int64_t i = 0; i < n; i++) all[i] += sums[at + i];
        }
      }
      for (int64_t i = 0; i < channels; i++) totals[kind][i] = (float)all[i];
    }
  }

 private:
  int64_t width_;
  std::vector<float> sums_;
};

// The lowest value above 0, where a ReLU lets gradients pass from.
float above0(const Attributes& a, float low) { return a.relu ? std::numeric_limits<float>::min() : low; }

// A range [0, 0] makes every value 0 and lets every gradient pass.
void passDead(const float* dy, const float* x, float* dx, int64_t size, int64_t step, bool relu, float* rounding) {
  double sum = 0;
  for (int64_t i = 0; i < size; i += step) {
    dx[i] = dy[i] * (relu && !(x[i] > 0) ? 0.0f : 1.0f);
    if (rounding) sum += (double)(dx[i] * (0.0f - x[i]));
  }
  if (rounding) *rounding = (float)sum;
}

void gradientAll(const Tensor& dy, const Tensor& x, const Tensor& min, const Tensor& max, const Tensor& dx,
                 float* const totals[3], const Attributes& a) {
  const int64_t size = TF_TensorElementCount(x.get());
  const int64_t channels = TF_TensorElementCount(min.get());
  for (int kind = 0; kind < 3 && totals[kind]; kind++) std::fill(totals[kind], totals[kind] + channels, 0.0f);
  if (size == 0) return;
  const float *grads = floats(dy), *from = floats(x);
  float* to = floats(dx);
  float* rounding = a.needs == kEndsAndRounding ? totals[2] : nullptr;
  if (TF_NumDims(min.get()) == 0) {
    if (isDead(*floats(min), *floats(max))) return passDead(grads, from, to, size, 1, a.relu, rounding);
    Grid grid = gridOf(*floats(min), *floats(max), a);
    grid.low = above0(a, grid.low);
    const int64_t tasks = (size + kTask - 1) / kTask;
    Totals sums(a.needs ? tasks : 0, kLanes);
    forEachTask(tasks, size, [&](int64_t task) {
      const int64_t at = task * kTask, n = std::min(kTask, size - at);
      const Sums own = a.needs ? sums.of(task) : Sums{};
      loops().gradient(grads + at, from + at, to + at, n, grid, a.needs, own);
    });
    if (a.needs) sums.add(1, totals);
    return;
  }
  const Layout layout(size, channels);
  Row row(floats(min), floats(max), channels, layout.times, a);
  if (a.relu) row.setLow(above0(a, 0));
  Totals sums(a.needs ? layout.tasks : 0, row.width);
  forEachTask(layout.tasks, size, [&](int64_t task) {
    layout.each(task, row.width, [&](int64_t at, int64_t rows, int64_t width) {
      const Sums own = a.needs ? sums.of(task) : Sums{};
      loops().gradientRows(grads + at, from + at, to + at, rows, width, row.grids(), a.needs, own);
    });
  });
  if (a.needs) sums.add(channels, totals);
  for (int64_t channel : row.dead) {
    for (int kind = 0; kind < 2 && totals[kind]; kind++) totals[kind][channel] = 0;
    passDead(grads + channel, from + channel, to + channel, size - channel, channels, a.relu,
             rounding ? rounding + channel : nullptr);
  }
}

// `extra` is the attribute that an op has besides those of the grid.
void* createWith(TF_OpKernelConstruction* construction, const char* extra) {
  Status status = newStatus();
  int32_t bits = 0, needs = 0;
  unsigned char narrow = 0, relu = 0;
  TF_OpKernelConstruction_GetAttrInt32(construction, "num_bits", &bits, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrBool(construction, "narrow_range", &narrow, status.get());
  const std::string name(extra);
  if (!failed(status) && name == "sums") {
    TF_OpKernelConstruction_GetAttrInt32(construction, extra, &needs, status.get());
  }
  if (!failed(status) && name == "relu") {
    TF_OpKernelConstruction_GetAttrBool(construction, extra, &relu, status.get());
  }
  if (failed(status)) TF_OpKernelConstruction_Failure(construction, status.get());
  return new Attributes{narrow ? 1 : 0, (1 << bits) - 1, (Needs)needs, relu != 0};
}

void* create(TF_OpKernelConstruction* construction) { return createWith(construction, ""); }
void* createGate(TF_OpKernelConstruction* construction) { return createWith(construction, "relu"); }
void* createGradient(TF_OpKernelConstruction* construction) { return createWith(construction, "sums"); }

void destroy(void* kernel) { delete static_cast<Attributes*>(kernel); }

// Whether min and max are a number each, or one for each channel of x's last axis.
bool checkShapes(const Tensor& x, const Tensor& min, const Tensor& max, const Status& status) {
  const int rank = TF_NumDims(x.get()), ranks = TF_NumDims(min.get());
  const bool fits = ranks == TF_NumDims(max.get()) && ranks <= 1 &&
                    (ranks == 0 || (rank > 0 && TF_Dim(min.get(), 0) == TF_Dim(max.get(), 0) &&
                                    TF_Dim(min.get(), 0) == TF_Dim(x.get(), rank - 1)));
  if (!fits) TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "min and max don't have the shape of x's channels");
  return fits;
}

void forward(void* kernel, TF_OpKernelContext* context) {
  Status status = newStatus();
  const Tensor x = input(context, 0, status), min = input(context, 1, status), max = input(context, 2, status);
  if (!failed(status) && checkShapes(x, min, max, status)) {
    const Tensor y = outputLike(context, 0, x, status);
    if (!failed(status)) return roundAll(x, min, max, y, *static_cast<Attributes*>(kernel));
  }
  TF_OpKernelContext_Failure(context, status.get());
}

// The inputs of a gradient: dy, x, min, max.
struct Backward {
  Backward(TF_OpKernelContext* context, const Status& status)
      : dy(input(context, 0, status)), x(input(context, 1, status)), min(input(context, 2, status)),
        max(input(context, 3, status)) {
    const bool fits = !failed(status) && checkShapes(x, min, max, status);
    if (!fits || TF_TensorElementCount(dy.get()) == TF_TensorElementCount(x.get())) return;
    TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "the gradient doesn't have x's shape");
  }

  Tensor dy, x, min, max;
};

// The gradient for x alone.
void gate(void* kernel, TF_OpKernelContext* context) {
  Status status = newStatus();
  const Backward b(context, status);
  const Tensor dx = failed(status) ? nullptr : outputLike(context, 0, b.x, status);
  if (failed(status)) return TF_OpKernelContext_Failure(context, status.get());
  float* const none[] = {nullptr, nullptr, nullptr};
  gradientAll(b.dy, b.x, b.min, b.max, dx, none, *static_cast<Attributes*>(kernel));
}

void backward(void* kernel, TF_OpKernelContext* context) {
  Status status = newStatus();
  const Backward b(context, status);
  if (!failed(status)) {
    const Tensor dx = outputLike(context, 0, b.x, status), below = outputLike(context, 1, b.min, status);
    const Tensor above = outputLike(context, 2, b.min, status), rounding = outputLike(context, 3, b.min, status);
    if (!failed(status)) {
      float* const totals[] = {floats(below), floats(above), floats(rounding)};
      return gradientAll(b.dy, b.x, b.min, b.max, dx, totals, *static_cast<Attributes*>(kernel));
    }
  }
  TF_OpKernelContext_Failure(context, status.get());
}

// Gives an output the shape of an input.
void like(TF_ShapeInferenceContext* context, int output, int input, TF_Status* status) {
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, input, shape, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, output, shape, status);
  TF_DeleteShapeHandle(shape);
}

void forwardShapes(TF_ShapeInferenceContext* context, TF_Status* status) { like(context, 0, 0, status); }

void gateShapes(TF_ShapeInferenceContext* context, TF_Status* status) { like(context, 0, 1, status); }

void backwardShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  for (int output = 0; output < 4 && TF_GetCode(status) == TF_OK; output++) {
    like(context, output, output == 0 ? 1 : 2, status);
  }
}

// An op of the library's: its attributes besides those of the grid, its inputs and outputs.
struct Op {
  const char* name;
  std::vector<const char*> attributes, inputs, outputs;
  void (*shapes)(TF_ShapeInferenceContext*, TF_Status*);
  Create create;
  Compute compute;
};

void add(const Op& op, const Status& status) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(op.name);
  TF_OpDefinitionBuilderAddAttr(definition, "num_bits: int >= 1");
  TF_OpDefinitionBuilderAddAttr(definition, "narrow_range: bool");
  for (const char* attribute : op.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, op.shapes);
  TF_RegisterOpDefinition(definition, status.get());
  if (!failed(status)) addKernel(op.name, op.create, op.compute, destroy, status);
}

}  // namespace

void addFakeQuant(const Status& status) {
  const std::vector<const char*> backwards = {"dy: float", "x: float", "min: float", "max: float"};
  const Op ops[] = {
      {"QatlabFakeQuant", {}, {"x: float", "min: float", "max: float"}, {"y: float"}, forwardShapes, create, forward},
      {"QatlabFakeQuantGate", {"relu: bool = false"}, backwards, {"dx: float"}, gateShapes, createGate, gate},
      {"QatlabFakeQuantGradient", {"sums: int >= 1"}, backwards,
       {"dx: float", "below: float", "above: float", "rounding: float"}, backwardShapes, createGradient, backward}};
  for (const Op& op : ops) {
    if (!failed(status)) add(op, status);
  }
}

}  // namespace qatlab
