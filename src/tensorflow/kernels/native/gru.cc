// A GRU layer, all time steps in one op, forward and backward: h = z · h₋₁ + (1 − z) · tanh(x · W + (r · h₋₁) · R + b),
// with the gates z and r of x · W + h₋₁ · R + b (Cho et al. 2014, as Keras' `resetAfter: false`).
#include "recurrent.h"

namespace qatlab {
namespace {

struct Weights {
  Weights(TF_OpKernelContext* context, const Status& status)
      : x(input(context, 0, status)), weights(input(context, 1, status)), recurrent(input(context, 2, status)),
        bias(input(context, 3, status)), h(input(context, 4, status)), s(x, recurrent, 3, status) {
    checkCount(weights, s.inputs * s.width, "weights", status);
    checkCount(bias, s.width, "bias", status);
    checkCount(h, s.examples * s.units, "h", status);
  }

  Tensor x, weights, recurrent, bias, h;
  Sequence s;
};

void run(const Weights& w, const Tensor& outputs, const Tensor& gates, bool hard) {
  const Sequence& s = w.s;
  const int64_t u = s.units, row = s.steps * u, wide = s.steps * s.width;
  s.each([&](int64_t, int64_t first, int64_t count) {
    const int64_t at = first * s.steps;
    float* const g = floats(gates) + at * s.width;
    float* const h = floats(outputs) + at * u;
    std::vector<float> start(count * u), reset(count * u);
    if (given(w.h)) std::copy_n(given(w.h) + first * u, start.size(), start.begin());
    project(s, floats(w.x) + at * s.inputs, floats(w.weights), given(w.bias), g, count);
    for (int64_t t = 0; t < s.steps; t++) {
      const float* before = t > 0 ? h + (t - 1) * u : start.data();
      const int64_t stride = t > 0 ? row : u;
      float* const own = g + t * s.width;
      const float* recurrent = floats(w.recurrent);
      const auto& loops = recurrentLoops();
      loops.product({count, 2 * u, u, before, stride, 1, recurrent, s.width, own, wide, true});
      for (int64_t i = 0; i < count; i++) {
        loops.gruGates(own + i * wide, before + i * stride, reset.data() + i * u, u, hard);
      }
      loops.product({count, u, u, reset.data(), u, 1, recurrent + 2 * u, s.width, own + 2 * u, wide, true});
      for (int64_t i = 0; i < count; i++) {
        loops.gru(own + i * wide, before + i * stride, h + i * row + t * u, u, hard);
      }
    }
  });
}

void forward(void* kernel, TF_OpKernelContext* context) {
  Status status = newStatus();
  const Weights w(context, status);
  const Sequence& s = w.s;
  const int64_t outputs[] = {s.examples, s.steps, s.units}, all[] = {s.examples, s.steps, s.width};
  const Tensor h = output(context, 0, outputs, 3, status), gates = output(context, 1, all, 3, status);
  if (failed(status)) return TF_OpKernelContext_Failure(context, status.get());
  run(w, h, gates, *static_cast<bool*>(kernel));
}

// What the forward pass found, and the gradients for all outputs and for the last one; each of these may be empty.
struct Backward {
  Backward(TF_OpKernelContext* context, const Sequence& s, const Status& status)
      : h(input(context, 5, status)), gates(input(context, 6, status)), dy(input(context, 7, status)),
        dh(input(context, 8, status)) {
    const int64_t last = s.examples * s.units, all = last * s.steps;
    checkCount(h, all, "h", status);
    checkCount(gates, s.examples * s.steps * s.width, "gates", status);
    checkCount(dy, all, "dy", status);
    checkCount(dh, last, "dh", status);
  }

  Tensor h, gates, dy, dh;
};

struct Gradients {
  Gradients(TF_OpKernelContext* context, const Weights& w, const Status& status)
      : x(outputLike(context, 0, w.x, status)), weights(outputLike(context, 1, w.weights, status)),
        recurrent(outputLike(context, 2, w.recurrent, status)), bias(outputLike(context, 3, w.bias, status)),
        h(outputLike(context, 4, w.h, status)) {}

  Tensor x, weights, recurrent, bias, h;
};

void runBack(const Weights& w, const Backward& b, const Gradients& to, bool hard) {
  const Sequence& s = w.s;
  const int64_t u = s.units, row = s.steps * u, wide = s.steps * s.width, width = s.inputs + 1 + u;
  const std::vector<float> recurrent = transposed(floats(w.recurrent), u, s.width);
  const std::vector<float> weights = transposed(floats(w.weights), s.inputs, s.width);
  WeightGradients sums(s);
  s.each([&](int64_t task, int64_t first, int64_t count) {
    const int64_t at = first * s.steps;
    const auto& loops = recurrentLoops();
    std::vector<float> dgates(count * wide), dh(count * u), dreset(count * u), resets(count * row), start(count * u);
    if (given(b.dh)) std::copy_n(given(b.dh) + first * u, dh.size(), dh.begin());
    if (given(w.h)) std::copy_n(given(w.h) + first * u, start.size(), start.begin());
    const float *h = floats(b.h) + at * u, *gates = floats(b.gates) + at * s.width;
    for (int64_t t = s.steps - 1; t >= 0; t--) {
      const float* before = t > 0 ? h + (t - 1) * u : start.data();
      const int64_t stride = t > 0 ? row : u;
      float* const own = dgates.data() + t * s.width;
      for (int64_t i = 0; i < count; i++) {
        const float* dy = given(b.dy) ? given(b.dy) + at * u + i * row + t * u : nullptr;
        for (int64_t j = 0; dy && j < u; j++) dh[i * u + j] += dy[j];
        loops.gruGradient(gates + i * wide + t * s.width, before + i * stride, &dh[i * u], own + i * wide, u, hard);
      }
      loops.product({count, u, u, own + 2 * u, wide, 1, recurrent.data() + 2 * u * u, u, dreset.data(), u, false});
      for (int64_t i = 0; i < count; i++) {
        loops.resetGradient(gates + i * wide + t * s.width, before + i * stride, &dreset[i * u],
                            &resets[i * row + t * u], &dh[i * u], own + i * wide, u, hard);
      }
      loops.product({count, u, 2 * u, own, wide, 1, recurrent.data(), u, dh.data(), u, true});
    }
    if (given(w.h)) std::copy(dh.begin(), dh.end(), floats(to.h) + first * u);
    const int64_t rows = count * s.steps;
    loops.product({rows, s.inputs, s.width, dgates.data(), s.width, 1, weights.data(), s.inputs,
                   floats(to.x) + at * s.inputs, s.inputs, false});
    const float* startH = given(w.h) ? start.data() : nullptr;
    const std::vector<float> all = operands(s, floats(w.x) + at * s.inputs, h, startH, count);
    float* const sum = sums.of(task);
    loops.product({width, 2 * u, rows, all.data(), 1, width, dgates.data(), s.width, sum, s.width, false});
    // The candidate's recurrent weights multiply the outputs that the reset gate let pass.
    const float* candidates = dgates.data() + 2 * u;
    loops.product({s.inputs + 1, u, rows, all.data(), 1, width, candidates, s.width, sum + 2 * u, s.width, false});
    loops.product({u, u, rows, resets.data(), 1, u, candidates, s.width, sum + (s.inputs + 1) * s.width + 2 * u,
                   s.width, false});
  });
  sums.write(floats(to.weights), floats(to.recurrent), floats(to.bias), TF_TensorElementCount(w.bias.get()));
}

void backward(void* kernel, TF_OpKernelContext* context) {
  Status status = newStatus();
  const Weights w(context, status);
  const Backward b(context, w.s, status);
  const Gradients to(context, w, status);
  if (failed(status)) return TF_OpKernelContext_Failure(context, status.get());
  runBack(w, b, to, *static_cast<bool*>(kernel));
}

}  // namespace

void addGru(const Status& status) {
  const std::vector<const char*> inputs = {"x: float", "weights: float", "recurrent: float", "bias: float",
                                           "h0: float"};
  const std::vector<const char*> found = {"h: float", "gates: float"};
  std::vector<const char*> all = inputs;
  all.insert(all.end(), found.begin(), found.end());
  for (const char* gradient : {"dy: float", "dh: float"}) all.push_back(gradient);
  const std::vector<const char*> gradients = {"dx: float", "dweights: float", "drecurrent: float", "dbias: float",
                                              "dh0: float"};
  const auto shapes = TF_ShapeInferenceContextSetUnknownShape;
  addOp({"QatlabGru", {"hard: bool"}, inputs, found, shapes, createHard, guarded<forward>, destroyHard}, status);
  addOp({"QatlabGruGradient", {"hard: bool"}, all, gradients, shapes, createHard, guarded<backward>, destroyHard}, status);
}

}  // namespace qatlab
