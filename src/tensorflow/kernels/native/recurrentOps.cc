// The ops of recurrent layers: a layer's forward pass, and its gradients, all time steps in one op each.
#include <string>

#include "recurrent.h"

namespace qatlab {
namespace {

struct Kernel {
  const Kind& kind;
  bool hard, narrow;
  int bits;

  Rounding rounding(const Inputs& in, const Status& status) const { return {in.min, in.max, bits, narrow, status}; }
};

void forward(void* kernel, TF_OpKernelContext* context) {
  const Kernel& k = *static_cast<Kernel*>(kernel);
  Status status = newStatus();
  const Inputs in(context, k.kind.gates, k.kind.states, status);
  const Rounding rounding = k.rounding(in, status);
  const Sequence& s = in.s;
  const int64_t outputs[] = {s.examples, s.steps, s.units}, all[] = {s.examples, s.steps, s.width}, none[] = {0};
  int index = 0;
  const auto next = [&](const int64_t* dims, int rank) { return output(context, index++, dims, rank, status); };
  Found to;
  to.h = next(outputs, 3);
  if (k.kind.states > 1) to.c = next(outputs, 3);
  to.gates = next(all, 3);
  to.exact = rounding ? next(outputs, 3) : next(none, 1);
  if (failed(status)) return TF_OpKernelContext_Failure(context, status.get());
  k.kind.run(in, to, rounding, k.hard);
}

void backward(void* kernel, TF_OpKernelContext* context) {
  const Kernel& k = *static_cast<Kernel*>(kernel);
  Status status = newStatus();
  const Inputs in(context, k.kind.gates, k.kind.states, status);
  const Rounding rounding = k.rounding(in, status);
  const int64_t last = in.s.examples * in.s.units, all = last * in.s.steps;
  int index = 6 + k.kind.states;
  const auto next = [&](int64_t count, const char* name) {
    Tensor tensor = input(context, index++, status);
    checkCount(tensor, count, name, status);
    return tensor;
  };
  const bool cells = k.kind.states > 1;
  Found found;
  found.h = next(all, "h");
  if (cells) found.c = next(all, "c");
  found.gates = next(in.s.examples * in.s.steps * in.s.width, "gates");
  found.exact = next(all, "exact");
  Given given;
  given.dy = next(all, "dy");
  given.dh = next(last, "dh");
  if (cells) given.dc = next(last, "dc");
  LayerGradients to = {outputLike(context, 0, in.x, status), outputLike(context, 1, in.weights, status),
                  outputLike(context, 2, in.recurrent, status), outputLike(context, 3, in.bias, status), {}};
  for (int i = 0; i < k.kind.states; i++) to.states[i] = outputLike(context, 4 + i, in.states[i], status);
  if (failed(status)) return TF_OpKernelContext_Failure(context, status.get());
  if (rounding && all > 0 && TF_TensorElementCount(found.exact.get()) == 0) {
    TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "the outputs before rounding are missing");
    return TF_OpKernelContext_Failure(context, status.get());
  }
  k.kind.runBack(in, found, given, to, rounding, k.hard);
}

void destroy(void* kernel) { delete static_cast<Kernel*>(kernel); }

}  // namespace

Rounding::Rounding(const Tensor& min, const Tensor& max, int bits, bool narrow, const Status& status)
    : on_(!failed(status) && TF_TensorElementCount(min.get()) > 0), grid_() {
  if (!on_) return;
  if (TF_TensorElementCount(min.get()) != 1 || TF_TensorElementCount(max.get()) != 1 || bits < 1 || bits > 16) {
    TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "a recurrent layer rounds to the grid of one range, of 1 to 16 bits");
    return;
  }
  dead_ = *floats(min) == 0 && *floats(max) == 0;
  loops().grids(floats(min), floats(max), 1, narrow ? 1.0f : 0.0f, (float)((1 << bits) - 1),
                {&grid_.low, &grid_.high, &grid_.scale, &grid_.inverse, &grid_.zero});
}

void Rounding::round(const float* exact, float* h, int64_t n) const {
  if (dead_) std::fill(h, h + n, 0.0f);
  else loops().round(exact, h, n, grid_);
}

void Rounding::pass(const float* exact, float* dh, int64_t n) const {
  if (!on_ || dead_) return;
  for (int64_t i = 0; i < n; i++) dh[i] *= (exact[i] >= grid_.low) & (exact[i] <= grid_.high) ? 1.0f : 0.0f;
}

Inputs::Inputs(TF_OpKernelContext* context, int gates, int count, const Status& status)
    : x(input(context, 0, status)), weights(input(context, 1, status)), recurrent(input(context, 2, status)),
      bias(input(context, 3, status)), s(x, recurrent, gates, status) {
  for (int i = 0; i < count; i++) states[i] = input(context, 4 + i, status);
  min = input(context, 4 + count, status);
  max = input(context, 5 + count, status);
  checkCount(weights, s.inputs * s.width, "weights", status);
  checkCount(bias, s.width, "bias", status);
  for (int i = 0; i < count; i++) checkCount(states[i], s.examples * s.units, "a state", status);
}

void* createRecurrent(const Kind& kind, TF_OpKernelConstruction* construction) {
  Status status = newStatus();
  unsigned char hard = 0, narrow = 0;
  int32_t bits = 0;
  TF_OpKernelConstruction_GetAttrBool(construction, "hard", &hard, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrInt32(construction, "num_bits", &bits, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrBool(construction, "narrow_range", &narrow, status.get());
  if (failed(status)) TF_OpKernelConstruction_Failure(construction, status.get());
  return new Kernel{kind, hard != 0, narrow != 0, bits};
}

void addRecurrent(const Kind& kind, Create create, const Status& status) {
  using Names = std::vector<const char*>;
  const bool cells = kind.states > 1;
  const auto joined = [cells](Names names, const char* cell, Names others) {
    if (cells) names.push_back(cell);
    names.insert(names.end(), others.begin(), others.end());
    return names;
  };
  const Names inputs = joined({"x: float", "weights: float", "recurrent: float", "bias: float", "h0: float"}, "c0: float",
                              {"min: float", "max: float"});
  const Names found = joined({"h: float"}, "c: float", {"gates: float", "exact: float"});
  Names all = inputs;
  all.insert(all.end(), found.begin(), found.end());
  for (const char* gradient : joined({"dy: float", "dh: float"}, "dc: float", {})) all.push_back(gradient);
  const Names gradients = joined({"dx: float", "dweights: float", "drecurrent: float", "dbias: float", "dh0: float"},
                                 "dc0: float", {});
  const Names attributes = {"hard: bool", "num_bits: int", "narrow_range: bool"};
  const auto shapes = TF_ShapeInferenceContextSetUnknownShape;
  addOp({kind.name, attributes, inputs, found, shapes, create, guarded<forward>, destroy}, status);
  addOp({kind.gradient, attributes, all, gradients, shapes, create, guarded<backward>, destroy}, status);
}

}  // namespace qatlab
