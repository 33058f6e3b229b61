// Convolutions of images [n, height, width, channels] with bias, ReLU and max pooling in windows of 2 × 2, and their
// gradients, each in one pass over memory. Images are computed one after the other, with their borders and gradients
// in memory that stays near the processor.
#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include "convolutionSizes.h"
#include "kernels.h"
#include "pool.h"

namespace qatlab {
namespace {

using namespace convolution;

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

Windows windowsOf(const Sizes& s, int64_t stride) {
  const int64_t row = s.fullWidth * s.inputs;
  return {nullptr, stride * row, stride * s.inputs, s.rows, s.columns * s.inputs, row, s.sumHeight, s.sumWidth,
          s.top, s.top + s.height, 1, s.full()};
}

struct Forward {
  const float *x, *filter, *bias;
  float* y;
  uint8_t* codes;
  const Grid* grid;
};

void forward(const Settings& a, Sizes s, const Forward& f) {
  flatten(s, a);
  const ConvolutionLoops& loops = convolutionLoops();
  const std::vector<float> weights = packed(f.filter, s.window(), s.outputs, loops.lanes);
  std::vector<float> biases(upTo(s.outputs, loops.lanes), 0.0f);
  if (f.bias) std::copy(f.bias, f.bias + s.outputs, biases.begin());
  // A grid lets gradients pass up to its upper end, if it isn't one value.
  const float most = f.grid && f.grid->low != f.grid->high ? f.grid->high : a.most();
  // A task has a few images, so that their borders are made once.
  const int64_t few = std::max<int64_t>(1, std::min<int64_t>(4, s.images / 16)), tasks = (s.images + few - 1) / few;
  forEachTask(tasks, s.images * s.work(), [&](int64_t task) {
    Bordered bordered(s, 1);
    Windows in = windowsOf(s, a.stride);
    for (int64_t image = task * few; image < std::min(s.images, (task + 1) * few); image++) {
      in.x = bordered.of(f.x + image * s.image(), 1);
      const int64_t at = image * s.output();
      loops.forward(in, {weights.data(), biases.data(), s.outputs, a.low, a.high, most, f.y + at, s.outWidth * s.outputs,
                         s.outputs, f.codes ? f.codes + at : nullptr, f.grid});
    }
  });
}

// The gradients of some images' sums, with borders of 0 so that they can be brought back to the image.
class SumGradients {
 public:
  SumGradients(const Settings& a, const Sizes& s, int64_t images)
      : a_(a),
        s_(s),
        top_(a.inputGradient ? s.rows - 1 - s.top : 0),
        left_(a.inputGradient ? s.columns - 1 - s.left : 0),
        height_(a.inputGradient ? s.height + s.rows - 1 : s.sumHeight),
        width_(a.inputGradient ? s.width + s.columns - 1 : s.sumWidth),
        // The loops read whole registers.
        image_(height_ * width_ * s.outputs),
        values_(images * image_ + 2 * convolutionLoops().lanes, 0.0f) {}

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

  // The gradients for an image.
  void bringBack(int64_t image, const std::vector<float>& turned, const std::vector<float>& none, float* dx) const {
    const int64_t row = width_ * s_.outputs;
    const Windows in = {values_.data() + image * image_, row, s_.outputs, s_.rows, s_.columns * s_.outputs, row, s_.height, s_.width,
                        top_, top_ + (a_.pool ? 2 * s_.outHeight : s_.sumHeight), 1, image_};
    const float unbounded = std::numeric_limits<float>::infinity();
    convolutionLoops().forward(in, {turned.data(), none.data(), s_.inputs, -unbounded, unbounded, unbounded, dx,
                                    s_.width * s_.inputs, s_.inputs, nullptr, nullptr});
  }

 private:
  const Settings& a_;
  const Sizes& s_;
  const int64_t top_, left_, height_, width_, image_;
  std::vector<float> values_;
};

// How many sums' gradients are made before they are used.
constexpr int64_t kPixels = 512;

struct Backward {
  const float *dy, *x, *filter, *y;
  const uint8_t* codes;
  float *dx, *weights, *biases;
};

void backward(const Settings& a, Sizes s, const Backward& b) {
  flatten(s, a);
  const ConvolutionLoops& loops = convolutionLoops();
  const int64_t lanes = loops.lanes, padded = upTo(s.outputs, lanes);
  std::vector<float> weights, none(upTo(s.inputs, lanes), 0.0f);
  if (a.inputGradient) weights = packed(turned(b.filter, s).data(), s.rows * s.columns * s.outputs, s.inputs, lanes);
  // The images' sums are added in blocks that don't depend on the number of threads, and the blocks in their order.
  const int64_t block = std::max<int64_t>(1, std::min<int64_t>(16, s.images / 8));
  // Small images are taken together, so that the sums of weights are read and written less often.
  const int64_t together = std::min(block, std::max<int64_t>(1, kPixels / std::max<int64_t>(1, s.sumHeight * s.sumWidth)));
  const int64_t tasks = (s.images + block - 1) / block, size = (s.window() + 1) * padded;
  std::vector<float> sums(tasks * size, 0.0f);
  forEachTask(tasks, 3 * s.images * s.work(), [&](int64_t task) {
    float *own = sums.data() + task * size, *ownBiases = own + s.window() * padded;
    Bordered bordered(s, together);
    SumGradients gradients(a, s, together);
    Windows in = windowsOf(s, a.stride);
    const int64_t end = std::min(s.images, (task + 1) * block);
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

bool invalid(const Status& status, const char* message) {
  TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, message);
  return false;
}

bool hasShape(const Tensor& tensor, const std::vector<int64_t>& shape) {
  bool same = TF_NumDims(tensor.get()) == (int)shape.size();
  for (size_t i = 0; same && i < shape.size(); i++) same = TF_Dim(tensor.get(), (int)i) == shape[i];
  return same;
}

// The grid of the op's range, as fake quantization has it; a range [0, 0] has the ends 0.
bool readGrid(const Settings& a, TF_OpKernelContext* context, Grid& grid, const Status& status) {
  const Tensor min = input(context, 3, status), max = input(context, 4, status);
  if (failed(status)) return false;
  if (TF_TensorElementCount(min.get()) != 1 || TF_TensorElementCount(max.get()) != 1) {
    return invalid(status, "a convolution rounds to the grid of one range");
  }
  if (*floats(min) == 0 && *floats(max) == 0) {
    grid = {};
    return true;
  }
  const float last = (float)((1 << a.bits) - 1);
  loops().grids(floats(min), floats(max), 1, a.narrow ? 1.0f : 0.0f, last,
                {&grid.low, &grid.high, &grid.scale, &grid.inverse, &grid.zero});
  return true;
}

void computeForward(const Settings& a, TF_OpKernelContext* context, const Status& status) {
  const Tensor x = input(context, 0, status), filter = input(context, 1, status), bias = input(context, 2, status);
  Sizes s;
  if (failed(status) || !sizesOf(x, filter, a, s, status)) return;
  const int64_t biases = TF_TensorElementCount(bias.get());
  if (biases != 0 && biases != s.outputs) return (void)invalid(status, "a convolution needs a bias for each output, or none");
  const int64_t shape[] = {s.images, s.outHeight, s.outWidth, s.outputs}, empty[] = {0};
  const Tensor y = output(context, 0, shape, 4, status);
  const Tensor codes = failed(status) ? nullptr : a.pool ? bytes(context, 1, shape, 4, status) : bytes(context, 1, empty, 1, status);
  if (failed(status) || TF_TensorElementCount(y.get()) == 0) return;
  Grid grid;
  if (a.bits > 0 && !readGrid(a, context, grid, status)) return;
  forward(a, s, {floats(x), floats(filter), biases ? floats(bias) : nullptr, floats(y),
                 a.pool ? static_cast<uint8_t*>(TF_TensorData(codes.get())) : nullptr, a.bits > 0 ? &grid : nullptr});
}

void computeBackward(const Settings& a, TF_OpKernelContext* context, const Status& status) {
  const Tensor dy = input(context, 0, status), x = input(context, 1, status), filter = input(context, 2, status);
  const Tensor y = input(context, 3, status), codes = input(context, 4, status);
  Sizes s;
  if (failed(status) || !sizesOf(x, filter, a, s, status)) return;
  const std::vector<int64_t> shape = {s.images, s.outHeight, s.outWidth, s.outputs};
  const bool gated = a.low == 0 && !a.pool;
  if (!hasShape(dy, shape) || (gated && !hasShape(y, shape)) || (a.pool && !hasShape(codes, shape))) {
    return (void)invalid(status, "the gradient doesn't have the shape of the values that it is for");
  }
  if (a.inputGradient && a.stride != 1) return (void)invalid(status, "the gradient for images needs a stride of 1");
  const int64_t empty[] = {0};
  const Tensor dx = a.inputGradient ? outputLike(context, 0, x, status) : output(context, 0, empty, 1, status);
  const Tensor weights = outputLike(context, 1, filter, status), biases = output(context, 2, &s.outputs, 1, status);
  if (failed(status)) return;
  backward(a, s, {floats(dy), floats(x), floats(filter), gated ? floats(y) : nullptr,
                  a.pool ? static_cast<const uint8_t*>(TF_TensorData(codes.get())) : nullptr,
                  a.inputGradient ? floats(dx) : nullptr, floats(weights), floats(biases)});
}

template <void (*run)(const Settings&, TF_OpKernelContext*, const Status&)>
void compute(void* kernel, TF_OpKernelContext* context) {
  Status status = newStatus();
  run(*static_cast<Settings*>(kernel), context, status);
  if (failed(status)) TF_OpKernelContext_Failure(context, status.get());
}

template <bool gradient>
void* create(TF_OpKernelConstruction* construction) {
  Status status = newStatus();
  auto* a = new Settings();
  const auto boolean = [&](const char* name, unsigned char* value) {
    if (!failed(status)) TF_OpKernelConstruction_GetAttrBool(construction, name, value, status.get());
  };
  boolean("same", &a->same);
  boolean("pool", &a->pool);
  if (gradient) boolean("input_gradient", &a->inputGradient);
  else boolean("narrow_range", &a->narrow);
  if (!gradient && !failed(status)) TF_OpKernelConstruction_GetAttrInt32(construction, "num_bits", &a->bits, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrInt32(construction, "stride", &a->stride, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrFloat(construction, "low", &a->low, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrFloat(construction, "high", &a->high, status.get());
  if (!failed(status) && a->bits > 0 && (!a->pool || a->bits > 16)) invalid(status, "a convolution rounds what it pools, to 16 bits at most");
  if (!failed(status) && a->stride < 1) invalid(status, "a convolution's stride is 1 at least");
  if (failed(status)) TF_OpKernelConstruction_Failure(construction, status.get());
  return a;
}

void destroy(void* kernel) { delete static_cast<Settings*>(kernel); }

void unknownShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

void add(const char* name, std::initializer_list<const char*> attributes, std::initializer_list<const char*> inputs,
         std::initializer_list<const char*> outputs, Create create, Compute compute, const Status& status) {
  if (failed(status)) return;
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  for (const char* attribute : {"same: bool", "pool: bool", "stride: int", "low: float", "high: float"}) {
    TF_OpDefinitionBuilderAddAttr(op, attribute);
  }
  for (const char* attribute : attributes) TF_OpDefinitionBuilderAddAttr(op, attribute);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(op, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(op, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, unknownShapes);
  TF_RegisterOpDefinition(op, status.get());
  if (!failed(status)) addKernel(name, create, compute, destroy, status);
}

}  // namespace

void addConvolution(const Status& status) {
  add("QatlabConvolution", {"num_bits: int", "narrow_range: bool"},
      {"x: float", "filter: float", "bias: float", "min: float", "max: float"}, {"y: float", "codes: uint8"}, create<false>, compute<computeForward>, status);
  add("QatlabConvolutionGradient", {"input_gradient: bool"},
      {"dy: float", "x: float", "filter: float", "y: float", "codes: uint8"},
      {"dx: float", "weights: float", "biases: float"}, create<true>, compute<computeBackward>, status);
}

}  // namespace qatlab
