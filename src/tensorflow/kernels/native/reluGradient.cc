// The gradient of a bias, a ReLU, fake quantization and max pooling in windows of 2 × 2, of the last two if they are
// there, in one pass over memory: TensorFlow takes three or four.
#include <algorithm>
#include <vector>

#include "kernels.h"
#include "pool.h"

namespace qatlab {
namespace {

// How many values a task has. Sums are added task by task, in the order of the tasks.
constexpr int64_t kTask = 1 << 14;

// Adds up the sums of all tasks.
void addUp(const std::vector<float>& sums, int64_t channels, float* totals) {
  std::vector<double> all(channels, 0.0);
  for (size_t at = 0; at < sums.size(); at += channels) {
    for (int64_t i = 0; i < channels; i++) all[i] += sums[at + i];
  }
  for (int64_t i = 0; i < channels; i++) totals[i] = (float)all[i];
}

void plain(const Tensor& dy, const Tensor& y, const Tensor& dx, int64_t channels, float high, float* totals) {
  const int64_t rows = TF_TensorElementCount(y.get()) / channels;
  const int64_t height = std::max<int64_t>(16, kTask / channels), tasks = (rows + height - 1) / height;
  std::vector<float> sums(tasks * channels);
  forEachTask(tasks, rows * channels, [&](int64_t task) {
    const int64_t row = task * height, at = row * channels;
    loops().reluGradient(floats(dy) + at, floats(y) + at, floats(dx) + at, std::min(height, rows - row), channels,
                         high, sums.data() + task * channels);
  });
  addUp(sums, channels, totals);
}

// y is [images, height, width, channels]; its last row and column are no part of a window if they are alone. If
// `totals` is null, there is no ReLU.
void pooled(const Tensor& dy, const Tensor& values, const Tensor& y, const Tensor& dx, float high, float* totals) {
  const int64_t images = TF_Dim(y.get(), 0), height = TF_Dim(y.get(), 1), width = TF_Dim(y.get(), 2);
  const int64_t channels = TF_Dim(y.get(), 3), row = width * channels, windows = width / 2;
  std::vector<float> sums(totals ? images * channels : 0);
  forEachTask(images, images * height * row, [&](int64_t image) {
    const float* pooled = floats(values) + image * height * row;
    const float* outputs = floats(y) + image * height * row;
    const float* gradients = floats(dy) + image * (height / 2) * windows * channels;
    float* to = floats(dx) + image * height * row;
    for (int64_t i = 0; i + 1 < height; i += 2, pooled += 2 * row, outputs += 2 * row, to += 2 * row) {
      const float* const from[] = {pooled, pooled + row};
      const float* const by[] = {outputs, outputs + row};
      float* const into[] = {to, to + row};
      float* own = totals ? sums.data() + image * channels : nullptr;
      loops().poolGradient(gradients, from, by, into, windows, channels, high, own);
      gradients += windows * channels;
      if (width % 2 == 0) continue;
      for (float* last : into) std::fill(last + row - channels, last + row, 0.0f);
    }
    if (height % 2) std::fill(to, to + row, 0.0f);
  });
  if (totals) addUp(sums, channels, totals);
}

// Whether the gradient has a place for each value, or for each whole window of 2 × 2.
bool checkShapes(const Tensor& dy, const Tensor& values, const Tensor& y, bool pool, const Status& status) {
  const int rank = TF_NumDims(y.get());
  bool fits = rank > 0 && rank == TF_NumDims(dy.get()) && rank == TF_NumDims(values.get()) && (!pool || rank == 4);
  for (int i = 0; fits && i < rank; i++) {
    const bool halved = pool && (i == 1 || i == 2);
    const int64_t length = TF_Dim(y.get(), i);
    fits = TF_Dim(dy.get(), i) == length / (halved ? 2 : 1) && TF_Dim(values.get(), i) == length;
  }
  if (!fits) TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "the gradient doesn't have the shape of the values that it is for");
  return fits;
}

bool isNumber(const Tensor& high, const Status& status) {
  const bool is = TF_TensorElementCount(high.get()) == 1;
  if (!is) TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "the upper end of the range isn't a number");
  return is;
}

void compute(void* kernel, TF_OpKernelContext* context) {
  const bool pool = *static_cast<bool*>(kernel);
  Status status = newStatus();
  const Tensor dy = input(context, 0, status), values = input(context, 1, status);
  const Tensor y = input(context, 2, status), high = input(context, 3, status);
  if (!failed(status) && checkShapes(dy, values, y, pool, status) && isNumber(high, status)) {
    const int64_t channels = TF_Dim(y.get(), TF_NumDims(y.get()) - 1);
    const Tensor dx = outputLike(context, 0, y, status), sums = output(context, 1, &channels, 1, status);
    if (!failed(status)) {
      if (channels == 0) return;
      return pool ? pooled(dy, values, y, dx, *floats(high), floats(sums))
                  : plain(dy, y, dx, channels, *floats(high), floats(sums));
    }
  }
  TF_OpKernelContext_Failure(context, status.get());
}

// The gradient of max pooling alone.
void poolAlone(void*, TF_OpKernelContext* context) {
  Status status = newStatus();
  const Tensor dy = input(context, 0, status), x = input(context, 1, status);
  if (!failed(status) && checkShapes(dy, x, x, true, status)) {
    const Tensor dx = outputLike(context, 0, x, status);
    if (!failed(status)) return pooled(dy, x, x, dx, 0, nullptr);
  }
  TF_OpKernelContext_Failure(context, status.get());
}

void* create(TF_OpKernelConstruction* construction) {
  Status status = newStatus();
  unsigned char pool = 0;
  TF_OpKernelConstruction_GetAttrBool(construction, "pool", &pool, status.get());
  if (failed(status)) TF_OpKernelConstruction_Failure(construction, status.get());
  return new bool(pool != 0);
}

void* createNone(TF_OpKernelConstruction*) { return nullptr; }
void destroyNone(void*) {}

void destroy(void* kernel) { delete static_cast<bool*>(kernel); }

void shapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, 2, shape, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, 0, shape, status);
  const int64_t rank = TF_ShapeInferenceContextRankKnown(context, shape) ? TF_ShapeInferenceContextRank(context, shape) : 0;
  if (TF_GetCode(status) == TF_OK && rank > 0) {
    TF_ShapeHandle* last = TF_NewShapeHandle();
    TF_ShapeInferenceContextSubshape(context, shape, rank - 1, rank, last, status);
    if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, 1, last, status);
    TF_DeleteShapeHandle(last);
  }
  TF_DeleteShapeHandle(shape);
}

void poolShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, 1, shape, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, 0, shape, status);
  TF_DeleteShapeHandle(shape);
}

}  // namespace

void addReluGradient(const Status& status) {
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder("QatlabReluGradient");
  TF_OpDefinitionBuilderAddAttr(op, "pool: bool");
  for (const char* name : {"dy: float", "values: float", "y: float", "high: float"}) TF_OpDefinitionBuilderAddInput(op, name);
  for (const char* name : {"dx: float", "sums: float"}) TF_OpDefinitionBuilderAddOutput(op, name);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, shapes);
  TF_RegisterOpDefinition(op, status.get());
  if (!failed(status)) addKernel("QatlabReluGradient", create, guarded<compute>, destroy, status);
  if (failed(status)) return;
  op = TF_NewOpDefinitionBuilder("QatlabMaxPoolGradient");
  for (const char* name : {"dy: float", "x: float"}) TF_OpDefinitionBuilderAddInput(op, name);
  TF_OpDefinitionBuilderAddOutput(op, "dx: float");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, poolShapes);
  TF_RegisterOpDefinition(op, status.get());
  if (!failed(status)) addKernel("QatlabMaxPoolGradient", createNone, guarded<poolAlone>, destroyNone, status);
}

}  // namespace qatlab
