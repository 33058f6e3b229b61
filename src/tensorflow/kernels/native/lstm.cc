// An LSTM layer, all time steps in one op, forward and backward: h = o · tanh(c), c = f · c₋₁ + i · g, with the gates
// i, f, o and the candidate g of x · W + h₋₁ · R + b (Hochreiter and Schmidhuber 1997; Gers et al. 2000).
#include "recurrent.h"

namespace qatlab {
namespace {

struct Weights {
  Weights(TF_OpKernelContext* context, const Status& status)
      : x(input(context, 0, status)), weights(input(context, 1, status)), recurrent(input(context, 2, status)),
        bias(input(context, 3, status)), h(input(context, 4, status)), c(input(context, 5, status)),
        s(x, recurrent, 4, status) {
    checkCount(weights, s.inputs * s.width, "weights", status);
    checkCount(bias, s.width, "bias", status);
    checkCount(h, s.examples * s.units, "h", status);
    checkCount(c, s.examples * s.units, "c", status);
  }

  Tensor x, weights, recurrent, bias, h, c;
  Sequence s;
};

void run(const Weights& w, const Tensor& outputs, const Tensor& states, const Tensor& gates, bool hard) {
  const Sequence& s = w.s;
  const std::vector<float> zeros(s.units);
  w.s.each([&](int64_t, int64_t first, int64_t count) {
    const int64_t at = first * s.steps;
    float* const g = floats(gates) + at * s.width;
    project(s, floats(w.x) + at * s.inputs, floats(w.weights), given(w.bias), g, count);
    const float* startH = given(w.h) ? given(w.h) + first * s.units : nullptr;
    const float* startC = given(w.c) ? given(w.c) + first * s.units : nullptr;
    float* const h = floats(outputs) + at * s.units;
    float* const c = floats(states) + at * s.units;
    const int64_t row = s.steps * s.units;
    for (int64_t t = 0; t < s.steps; t++) {
      const float* before = t > 0 ? h + (t - 1) * s.units : startH;
      const int64_t stride = t > 0 ? row : s.units;
      if (before) {
        recurrentLoops().product({count, s.width, s.units, before, stride, 1, floats(w.recurrent), s.width,
                                  g + t * s.width, s.steps * s.width, true});
      }
      for (int64_t i = 0; i < count; i++) {
        const int64_t k = i * row + t * s.units;
        const float* state = t > 0 ? c + k - s.units : startC ? startC + i * s.units : zeros.data();
        recurrentLoops().lstm(g + (i * s.steps + t) * s.width, state, c + k, h + k, s.units, hard);
      }
    }
  });
}

void forward(void* kernel, TF_OpKernelContext* context) {
  Status status = newStatus();
  const Weights w(context, status);
  const Sequence& s = w.s;
  const int64_t outputs[] = {s.examples, s.steps, s.units}, all[] = {s.examples, s.steps, s.width};
  const Tensor h = output(context, 0, outputs, 3, status), c = output(context, 1, outputs, 3, status);
  const Tensor gates = output(context, 2, all, 3, status);
  if (failed(status)) return TF_OpKernelContext_Failure(context, status.get());
  run(w, h, c, gates, *static_cast<bool*>(kernel));
}

// What the forward pass found, and the gradients for all outputs, the last one and the last cell state; each of these
// may be empty.
struct Backward {
  Backward(TF_OpKernelContext* context, const Sequence& s, const Status& status)
      : h(input(context, 6, status)), c(input(context, 7, status)), gates(input(context, 8, status)),
        dy(input(context, 9, status)), dh(input(context, 10, status)), dc(input(context, 11, status)) {
    const int64_t last = s.examples * s.units, all = last * s.steps;
    checkCount(h, all, "h", status);
    checkCount(c, all, "c", status);
    checkCount(gates, s.examples * s.steps * s.width, "gates", status);
    checkCount(dy, all, "dy", status);
    checkCount(dh, last, "dh", status);
    checkCount(dc, last, "dc", status);
  }

  Tensor h, c, gates, dy, dh, dc;
};

struct Gradients {
  Gradients(TF_OpKernelContext* context, const Weights& w, const Status& status)
      : x(outputLike(context, 0, w.x, status)), weights(outputLike(context, 1, w.weights, status)),
        recurrent(outputLike(context, 2, w.recurrent, status)), bias(outputLike(context, 3, w.bias, status)),
        h(outputLike(context, 4, w.h, status)), c(outputLike(context, 5, w.c, status)) {}

  Tensor x, weights, recurrent, bias, h, c;
};

void runBack(const Weights& w, const Backward& b, const Gradients& to, bool hard) {
  const Sequence& s = w.s;
  const int64_t row = s.steps * s.units;
  const std::vector<float> zeros(s.units);
  const std::vector<float> recurrent = transposed(floats(w.recurrent), s.units, s.width);
  const std::vector<float> weights = transposed(floats(w.weights), s.inputs, s.width);
  WeightGradients sums(s);
  s.each([&](int64_t task, int64_t first, int64_t count) {
    const int64_t at = first * s.steps, start = first * s.units;
    std::vector<float> dgates(count * s.steps * s.width), dh(count * s.units), dc(count * s.units);
    if (given(b.dh)) std::copy_n(given(b.dh) + start, dh.size(), dh.begin());
    if (given(b.dc)) std::copy_n(given(b.dc) + start, dc.size(), dc.begin());
    const float* startC = given(w.c) ? given(w.c) + start : nullptr;
    const float *h = floats(b.h) + at * s.units, *c = floats(b.c) + at * s.units;
    for (int64_t t = s.steps - 1; t >= 0; t--) {
      for (int64_t i = 0; i < count; i++) {
        const int64_t k = i * row + t * s.units, gate = (i * s.steps + t) * s.width;
        float* const own = dh.data() + i * s.units;
        const float* dy = given(b.dy);
        for (int64_t j = 0; dy && j < s.units; j++) own[j] += dy[at * s.units + k + j];
        const float* state = t > 0 ? c + k - s.units : startC ? startC + i * s.units : zeros.data();
        recurrentLoops().lstmGradient(floats(b.gates) + at * s.width + gate, state, c + k, own,
                                      dc.data() + i * s.units, dgates.data() + gate, s.units, hard);
      }
      if (t == 0 && !given(w.h)) break;
      recurrentLoops().product({count, s.units, s.width, dgates.data() + t * s.width, s.steps * s.width, 1,
                                recurrent.data(), s.units, dh.data(), s.units, false});
    }
    if (given(w.h)) std::copy(dh.begin(), dh.end(), floats(to.h) + start);
    if (given(w.c)) std::copy(dc.begin(), dc.end(), floats(to.c) + start);
    recurrentLoops().product({count * s.steps, s.inputs, s.width, dgates.data(), s.width, 1, weights.data(), s.inputs,
                              floats(to.x) + at * s.inputs, s.inputs, false});
    const float* startH = given(w.h) ? given(w.h) + start : nullptr;
    const std::vector<float> all = operands(s, floats(w.x) + at * s.inputs, h, startH, count);
    const int64_t width = s.inputs + 1 + s.units;
    recurrentLoops().product({width, s.width, count * s.steps, all.data(), 1, width, dgates.data(), s.width,
                              sums.of(task), s.width, false});
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

void addLstm(const Status& status) {
  const std::vector<const char*> inputs = {"x: float", "weights: float", "recurrent: float", "bias: float",
                                           "h0: float", "c0: float"};
  const std::vector<const char*> found = {"h: float", "c: float", "gates: float"};
  std::vector<const char*> all = inputs;
  all.insert(all.end(), found.begin(), found.end());
  for (const char* gradient : {"dy: float", "dh: float", "dc: float"}) all.push_back(gradient);
  const std::vector<const char*> gradients = {"dx: float", "dweights: float", "drecurrent: float", "dbias: float",
                                              "dh0: float", "dc0: float"};
  const auto shapes = TF_ShapeInferenceContextSetUnknownShape;
  addOp({"QatlabLstm", {"hard: bool"}, inputs, found, shapes, createHard, guarded<forward>, destroyHard}, status);
  addOp({"QatlabLstmGradient", {"hard: bool"}, all, gradients, shapes, createHard, guarded<backward>, destroyHard}, status);
}

}  // namespace qatlab
