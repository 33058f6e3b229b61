// A GRU layer, all time steps in one op, forward and backward: h = z · h₋₁ + (1 − z) · tanh(x · W + (r · h₋₁) · R + b),
// with the gates z and r of x · W + h₋₁ · R + b (Cho et al. 2014, as Keras' `resetAfter: false`).
#include "recurrent.h"

namespace qatlab {
namespace {

void run(const Inputs& w, const Found& to, const Rounding& rounding, bool hard) {
  const Sequence& s = w.s;
  const int64_t u = s.units, row = s.steps * u, wide = s.steps * s.width;
  s.each([&](int64_t, int64_t first, int64_t count) {
    const int64_t at = first * s.steps;
    float* const g = floats(to.gates) + at * s.width;
    float* const h = floats(to.h) + at * u;
    float* const exact = rounding ? floats(to.exact) + at * u : h;
    std::vector<float> start(count * u), reset(count * u);
    if (given(w.states[0])) std::copy_n(given(w.states[0]) + first * u, start.size(), start.begin());
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
        const int64_t k = i * row + t * u;
        loops.gru(own + i * wide, before + i * stride, exact + k, u, hard);
        if (rounding) rounding.round(exact + k, h + k, u);
      }
    }
  });
}

void runBack(const Inputs& w, const Found& b, const Given& d, const LayerGradients& to, const Rounding& rounding, bool hard) {
  const Sequence& s = w.s;
  const int64_t u = s.units, row = s.steps * u, wide = s.steps * s.width, width = s.inputs + 1 + u;
  const std::vector<float> recurrent = transposed(floats(w.recurrent), u, s.width);
  const std::vector<float> weights = transposed(floats(w.weights), s.inputs, s.width);
  WeightGradients sums(s);
  s.each([&](int64_t task, int64_t first, int64_t count) {
    const int64_t at = first * s.steps;
    const auto& loops = recurrentLoops();
    std::vector<float> dgates(count * wide), dh(count * u), dreset(count * u), resets(count * row), start(count * u);
    if (given(d.dh)) std::copy_n(given(d.dh) + first * u, dh.size(), dh.begin());
    if (given(w.states[0])) std::copy_n(given(w.states[0]) + first * u, start.size(), start.begin());
    const float *h = floats(b.h) + at * u, *gates = floats(b.gates) + at * s.width;
    for (int64_t t = s.steps - 1; t >= 0; t--) {
      const float* before = t > 0 ? h + (t - 1) * u : start.data();
      const int64_t stride = t > 0 ? row : u;
      float* const own = dgates.data() + t * s.width;
      for (int64_t i = 0; i < count; i++) {
        const float* dy = given(d.dy) ? given(d.dy) + at * u + i * row + t * u : nullptr;
        for (int64_t j = 0; dy && j < u; j++) dh[i * u + j] += dy[j];
        if (rounding) rounding.pass(given(b.exact) + at * u + i * row + t * u, &dh[i * u], u);
        loops.gruGradient(gates + i * wide + t * s.width, before + i * stride, &dh[i * u], own + i * wide, u, hard);
      }
      loops.product({count, u, u, own + 2 * u, wide, 1, recurrent.data() + 2 * u * u, u, dreset.data(), u, false});
      for (int64_t i = 0; i < count; i++) {
        loops.resetGradient(gates + i * wide + t * s.width, before + i * stride, &dreset[i * u],
                            &resets[i * row + t * u], &dh[i * u], own + i * wide, u, hard);
      }
      loops.product({count, u, 2 * u, own, wide, 1, recurrent.data(), u, dh.data(), u, true});
    }
    if (given(w.states[0])) std::copy(dh.begin(), dh.end(), floats(to.states[0]) + first * u);
    const int64_t rows = count * s.steps;
    loops.product({rows, s.inputs, s.width, dgates.data(), s.width, 1, weights.data(), s.inputs,
                   floats(to.x) + at * s.inputs, s.inputs, false});
    const float* startH = given(w.states[0]) ? start.data() : nullptr;
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

constexpr Kind kGru = {"QatlabGru", "QatlabGruGradient", 3, 1, run, runBack};

}  // namespace

void addGru(const Status& status) { addRecurrent<kGru>(status); }

}  // namespace qatlab
