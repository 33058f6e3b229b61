// An LSTM layer, all time steps in one op, forward and backward: h = o · tanh(c), c = f · c₋₁ + i · g, with the gates
// i, f, o and the candidate g of x · W + h₋₁ · R + b (Hochreiter and Schmidhuber 1997; Gers et al. 2000).
#include "recurrent.h"

namespace qatlab {
namespace {

void run(const Inputs& w, const Found& to, const Rounding& rounding, bool hard) {
  const Sequence& s = w.s;
  const std::vector<float> zeros(s.units);
  s.each([&](int64_t, int64_t first, int64_t count) {
    const int64_t at = first * s.steps;
    float* const g = floats(to.gates) + at * s.width;
    project(s, floats(w.x) + at * s.inputs, floats(w.weights), given(w.bias), g, count);
    const float* startH = given(w.states[0]) ? given(w.states[0]) + first * s.units : nullptr;
    const float* startC = given(w.states[1]) ? given(w.states[1]) + first * s.units : nullptr;
    float* const h = floats(to.h) + at * s.units;
    float* const c = floats(to.c) + at * s.units;
    float* const exact = rounding ? floats(to.exact) + at * s.units : h;
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
        recurrentLoops().lstm(g + (i * s.steps + t) * s.width, state, c + k, exact + k, s.units, hard);
        if (rounding) rounding.round(exact + k, h + k, s.units);
      }
    }
  });
}

void runBack(const Inputs& w, const Found& b, const Given& d, const LayerGradients& to, const Rounding& rounding, bool hard) {
  const Sequence& s = w.s;
  const int64_t row = s.steps * s.units;
  const std::vector<float> zeros(s.units);
  const std::vector<float> recurrent = transposed(floats(w.recurrent), s.units, s.width);
  const std::vector<float> weights = transposed(floats(w.weights), s.inputs, s.width);
  WeightGradients sums(s);
  s.each([&](int64_t task, int64_t first, int64_t count) {
    const int64_t at = first * s.steps, start = first * s.units;
    std::vector<float> dgates(count * s.steps * s.width), dh(count * s.units), dc(count * s.units);
    if (given(d.dh)) std::copy_n(given(d.dh) + start, dh.size(), dh.begin());
    if (given(d.dc)) std::copy_n(given(d.dc) + start, dc.size(), dc.begin());
    const float* startC = given(w.states[1]) ? given(w.states[1]) + start : nullptr;
    const float *h = floats(b.h) + at * s.units, *c = floats(b.c) + at * s.units;
    for (int64_t t = s.steps - 1; t >= 0; t--) {
      for (int64_t i = 0; i < count; i++) {
        const int64_t k = i * row + t * s.units, gate = (i * s.steps + t) * s.width;
        float* const own = dh.data() + i * s.units;
        const float* dy = given(d.dy);
        for (int64_t j = 0; dy && j < s.units; j++) own[j] += dy[at * s.units + k + j];
        if (rounding) rounding.pass(given(b.exact) + at * s.units + k, own, s.units);
        const float* state = t > 0 ? c + k - s.units : startC ? startC + i * s.units : zeros.data();
        recurrentLoops().lstmGradient(floats(b.gates) + at * s.width + gate, state, c + k, own,
                                      dc.data() + i * s.units, dgates.data() + gate, s.units, hard);
      }
      if (t == 0 && !given(w.states[0])) break;
      recurrentLoops().product({count, s.units, s.width, dgates.data() + t * s.width, s.steps * s.width, 1,
                                recurrent.data(), s.units, dh.data(), s.units, false});
    }
    if (given(w.states[0])) std::copy(dh.begin(), dh.end(), floats(to.states[0]) + start);
    if (given(w.states[1])) std::copy(dc.begin(), dc.end(), floats(to.states[1]) + start);
    recurrentLoops().product({count * s.steps, s.inputs, s.width, dgates.data(), s.width, 1, weights.data(), s.inputs,
                              floats(to.x) + at * s.inputs, s.inputs, false});
    const float* startH = given(w.states[0]) ? given(w.states[0]) + start : nullptr;
    const std::vector<float> all = operands(s, floats(w.x) + at * s.inputs, h, startH, count);
    const int64_t width = s.inputs + 1 + s.units;
    recurrentLoops().product({width, s.width, count * s.steps, all.data(), 1, width, dgates.data(), s.width,
                              sums.of(task), s.width, false});
  });
  sums.write(floats(to.weights), floats(to.recurrent), floats(to.bias), TF_TensorElementCount(w.bias.get()));
}

constexpr Kind kLstm = {"QatlabLstm", "QatlabLstmGradient", 4, 2, run, runBack};

}  // namespace

void addLstm(const Status& status) { addRecurrent<kLstm>(status); }

}  // namespace qatlab
