// The ops of fake quantization: values, the gradient for x alone, and the gradient with the sums for a range.
#include <string>
#include <vector>

#include "fakeQuant.h"

namespace qatlab {
namespace {

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
  if (!failed(status) && (bits < 1 || bits > 16)) {
    TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "fake quantization has 1 to 16 bits");
    bits = 1;
  }
  if (failed(status)) TF_OpKernelConstruction_Failure(construction, status.get());
  return new Attributes{narrow ? 1 : 0, (1 << bits) - 1, (Needs)needs, relu != 0};
}

void* create(TF_OpKernelConstruction* construction) { return createWith(construction, ""); }
void* createGate(TF_OpKernelConstruction* construction) { return createWith(construction, "relu"); }
void* createGradient(TF_OpKernelConstruction* construction) { return createWith(construction, "sums"); }

void destroy(void* kernel) { delete static_cast<Attributes*>(kernel); }

bool sameShape(const Tensor& a, const Tensor& b) {
  bool same = TF_NumDims(a.get()) == TF_NumDims(b.get());
  for (int i = 0; same && i < TF_NumDims(a.get()); i++) same = TF_Dim(a.get(), i) == TF_Dim(b.get(), i);
  return same;
}

// Whether min and max are a number each, one for each channel of x's last axis, or [before, after] for an x of
// [before, size, after].
bool checkShapes(const Tensor& x, const Tensor& min, const Tensor& max, const Status& status) {
  const int rank = TF_NumDims(x.get()), ranks = TF_NumDims(min.get());
  bool fits = sameShape(min, max) && ranks <= 2;
  if (fits && ranks > 0) fits = rank > 0 && TF_Dim(min.get(), ranks - 1) == TF_Dim(x.get(), rank - 1);
  if (fits && ranks == 2) fits = rank == 3 && TF_Dim(min.get(), 0) == TF_Dim(x.get(), 0);
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

void forwardShapes(TF_ShapeInferenceContext* context, TF_Status* status) { likeInput(context, 0, 0, status); }

void gateShapes(TF_ShapeInferenceContext* context, TF_Status* status) { likeInput(context, 0, 1, status); }

void backwardShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  for (int output = 0; output < 4 && TF_GetCode(status) == TF_OK; output++) {
    likeInput(context, output, output == 0 ? 1 : 2, status);
  }
}

}  // namespace

void addFakeQuant(const Status& status) {
  const std::vector<const char*> forwards = {"x: float", "min: float", "max: float"};
  const std::vector<const char*> backwards = {"dy: float", "x: float", "min: float", "max: float"};
  const char *bits = "num_bits: int >= 1", *narrow = "narrow_range: bool";
  const Op ops[] = {
      {"QatlabFakeQuant", {bits, narrow}, forwards, {"y: float"}, forwardShapes, create, guarded<forward>, destroy},
      {"QatlabFakeQuantGate", {bits, narrow, "relu: bool = false"}, backwards, {"dx: float"}, gateShapes, createGate,
       guarded<gate>, destroy},
      {"QatlabFakeQuantGradient", {bits, narrow, "sums: int >= 1"}, backwards,
       {"dx: float", "below: float", "above: float", "rounding: float"}, backwardShapes, createGradient, guarded<backward>,
       destroy}};
  for (const Op& op : ops) addOp(op, status);
}

}  // namespace qatlab
