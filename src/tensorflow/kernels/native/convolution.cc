// Convolutions of images [n, height, width, channels] with bias, ReLU, fake quantization and max pooling in windows of
// 2 × 2, in one pass over memory, and the ops of these and of their gradients.
#include <algorithm>
#include <vector>

#include "convolutionImages.h"
#include "kernels.h"
#include "pool.h"

namespace qatlab {
namespace {

using namespace convolution;

struct Forward {
  const float *x, *filter, *bias;
  float* y;
  uint8_t* codes;
  const Grid* grid;
  float* exact;
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
                         s.outputs, f.codes ? f.codes + at : nullptr, f.grid,
                         f.exact ? f.exact + at : nullptr});
    }
  });
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
  const Tensor exact = failed(status) ? nullptr : a.exact ? outputLike(context, 2, y, status) : output(context, 2, empty, 1, status);
  if (failed(status) || TF_TensorElementCount(y.get()) == 0) return;
  Grid grid;
  if (a.bits > 0 && !readGrid(a, context, grid, status)) return;
  forward(a, s, {floats(x), floats(filter), biases ? floats(bias) : nullptr, floats(y),
                 a.pool ? static_cast<uint8_t*>(TF_TensorData(codes.get())) : nullptr, a.bits > 0 ? &grid : nullptr,
                 a.exact ? floats(exact) : nullptr});
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
  const int64_t empty[] = {0};
  const Tensor dx = a.inputGradient ? outputLike(context, 0, x, status) : output(context, 0, empty, 1, status);
  const Tensor weights = outputLike(context, 1, filter, status), biases = output(context, 2, &s.outputs, 1, status);
  if (failed(status)) return;
  if (s.images == 0) {
    // The lengths may be such that no number holds their product.
    std::fill_n(floats(weights), TF_TensorElementCount(weights.get()), 0.0f);
    return (void)std::fill_n(floats(biases), s.outputs, 0.0f);
  }
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
  else boolean("narrow_range", &a->narrow), boolean("exact", &a->exact);
  if (!gradient && !failed(status)) TF_OpKernelConstruction_GetAttrInt32(construction, "num_bits", &a->bits, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrInt32(construction, "stride", &a->stride, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrFloat(construction, "low", &a->low, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrFloat(construction, "high", &a->high, status.get());
  if (!failed(status) && a->bits > 0 && (!a->pool || a->bits > 16)) invalid(status, "a convolution rounds what it pools, to 16 bits at most");
  if (!failed(status) && a->exact && a->bits == 0) invalid(status, "a convolution that doesn't round has no other values");
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
  add("QatlabConvolution", {"num_bits: int", "narrow_range: bool", "exact: bool"},
      {"x: float", "filter: float", "bias: float", "min: float", "max: float"}, {"y: float", "codes: uint8", "values: float"}, create<false>, guarded<compute<computeForward>>, status);
  add("QatlabConvolutionGradient", {"input_gradient: bool"},
      {"dy: float", "x: float", "filter: float", "y: float", "codes: uint8"},
      {"dx: float", "weights: float", "biases: float"}, create<true>, guarded<compute<computeBackward>>, status);
}

}  // namespace qatlab
