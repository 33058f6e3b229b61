// Calls the kernels' inner loops, compiled for one set of instructions, on numbers that are the same everywhere, and
// prints the bits of what they make: a line for each call, "bits" where all sets make the same, "near" where a product
// and its sum may be one operation. emulate.mjs compares the lines of two processors.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "convolutionLoops.h"
#include "depthwiseLoops.h"
#include "loops.h"
#include "minifloatLoops.h"
#include "pooledGradientLoops.h"
#include "recurrentLoops.h"

using namespace qatlab;
using Values = std::vector<float>;

static uint32_t state = 1;
static float uniform() { return (float)((state = state * 1664525u + 1013904223u) >> 8) / (1 << 24) * 4 - 2; }

// Numbers from −2 to 2, halves and ties, and with `odd` both zeros, infinities and NaN.
static Values draw(int64_t size, bool odd = false) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float special[] = {0.0f, -0.0f, infinity, -infinity, NAN, 1e30f, 0.125f, -0.125f};
  Values values(size);
  for (int64_t i = 0; i < size; i++) {
    const float value = uniform();
    values[i] = i % 3 == 1 ? std::floor(value * 16) / 16 : odd && i % 7 == 5 ? special[i / 7 % 8] : value;
  }
  return values;
}

static void show(const std::string& name, const Values& values, bool near = false) {
  std::printf("%s %s:", near ? "near" : "bits", name.c_str());
  for (const float& value : values) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    std::printf(" %x", value != value ? 0x7fc00000u : bits);
  }
  std::printf("\n");
}

static void fakeQuant(int64_t n) {
  const Loops& l = kBaseline;
  Values min = draw(n), max(n), fields(5 * n);
  for (int64_t i = 0; i < n; i++) min[i] = i % 9 == 4 ? 0 : -std::fabs(min[i]), max[i] = i % 9 == 4 ? 0 : std::fabs(uniform()) + 0.5f;
  float* f = fields.data();
  l.grids(min.data(), max.data(), n, 1, 7, {f, f + n, f + 2 * n, f + 3 * n, f + 4 * n});
  show("grids", fields);
  const GridRow row = {f, f + n, f + 2 * n, f + 3 * n, f + 4 * n};
  const Grid grid = {f[0], f[n], f[2 * n], f[3 * n], f[4 * n]};
  const int64_t rows = 7;
  const Values x = draw(rows * n, true), finite = draw(rows * n), dy = draw(rows * n);
  Values y(rows * n), sums(3 * std::max<int64_t>(n, kLanes));
  const Sums s = {sums.data(), sums.data() + sums.size() / 3, sums.data() + 2 * (sums.size() / 3)};
  l.round(x.data(), y.data(), rows * n, grid), show("round", y);
  l.roundRun(x.data(), y.data(), rows * n, grid), show("roundRun", y);
  l.roundRows(x.data(), y.data(), rows, n, row), show("roundRows", y);
  for (int needs = 0; needs < 3; needs++) {
    const auto shown = [&](const char* name) { show(name, y), show(std::string(name) + " sums", sums), std::fill(sums.begin(), sums.end(), 0.0f); };
    l.gradient(dy.data(), finite.data(), y.data(), rows * n, grid, (Needs)needs, s), shown("gradient");
    l.gradientRun(dy.data(), finite.data(), y.data(), rows * n, grid, (Needs)needs, s), shown("gradientRun");
    l.gradientRows(dy.data(), finite.data(), y.data(), rows, n, row, (Needs)needs, s), shown("gradientRows");
  }
  l.reluGradient(dy.data(), x.data(), y.data(), rows, n, 1.5f, sums.data()), show("reluGradient", y), show("sums", sums);
  Values dx(4 * n);
  const float *const from[] = {x.data(), x.data() + 2 * n}, *const by[] = {dy.data(), dy.data() + 2 * n};
  float* const to[] = {dx.data(), dx.data() + 2 * n};
  l.poolGradient(finite.data(), from, by, to, 1, n, 6, sums.data()), show("poolGradient", dx);
  float mean, inverse;
  Values scales(n), shifts(n);
  l.normalize(finite.data(), dy.data(), x.data(), 1e-3f, n, y.data(), &mean, &inverse), show("normalize", y);
  l.normalizeGradient(dy.data(), finite.data(), dy.data(), mean, inverse, n, dx.data(), scales.data(), shifts.data());
  show("normalizeGradient", dx), show("scales", scales), show("shifts", shifts);
}

static void recurrent(int64_t n) {
  const RecurrentLoops& l = kBaselineRecurrent;
  const int64_t m = 5, k = 9;
  Values a = draw(m * k), b = draw(k * n), c = draw(m * n);
  for (bool add : {false, true}) {
    l.product({m, n, k, a.data(), k, 1, b.data(), n, c.data(), n, add}), show("product", c);
    l.product({m, n, k, a.data(), 1, m, b.data(), n, c.data(), n, add}), show("product turned", c);
  }
  for (bool hard : {false, true}) {
    Values gates = draw(4 * n), before = draw(n), h(n), state(n), dh = draw(n), dc = draw(n), dgates(4 * n), reset = draw(n);
    for (float& gate : gates) gate *= 8;
    l.lstm(gates.data(), before.data(), state.data(), h.data(), n, hard);
    show("lstm", gates), show("c", state), show("h", h);
    l.lstmGradient(gates.data(), before.data(), state.data(), dh.data(), dc.data(), dgates.data(), n, hard);
    show("lstmGradient", dgates), show("dc", dc);
    Values three = draw(3 * n);
    l.gruGates(three.data(), before.data(), reset.data(), n, hard), show("gruGates", three), show("reset", reset);
    l.gru(three.data(), before.data(), h.data(), n, hard), show("gru", h);
    l.gruGradient(three.data(), before.data(), dh.data(), dgates.data(), n, hard), show("gruGradient", dgates);
    l.resetGradient(three.data(), before.data(), dc.data(), reset.data(), dh.data(), dgates.data(), n, hard);
    show("resetGradient", dgates), show("dh", dh), show("reset", reset);
  }
}

static void minifloats(int64_t n) {
  const MinifloatLoops& l = kBaselineMinifloat;
  const Minifloat formats[] = {{-6, 8, 448, 448, NAN, false}, {-14, 4, 57344, INFINITY, NAN, false}, {0, 64, 127, 127, 0, true}};
  for (const Minifloat& format : formats) {
    Values x = draw(3 * n, true), y(3 * n), scales(n);
    for (float& scale : scales) scale = std::ldexp(1.0f, (int)(uniform() * 4));
    l.round(x.data(), y.data(), 3 * n, 0.25f, format), show("minifloat", y);
    l.roundRows(x.data(), y.data(), 3, n, scales.data(), format), show("minifloat rows", y);
    std::vector<int32_t> bits(n);
    l.largestRows(x.data(), 3, n, bits.data());
    bits.push_back(l.largest(x.data(), 3 * n));
    Values all(bits.size());
    std::memcpy(all.data(), bits.data(), bits.size() * sizeof(float));
    show("largest", all);
  }
}

static void convolution(int64_t inputs, int64_t outputs, bool pooled, const Grid* grid) {
  const ConvolutionLoops& l = kBaselineConvolution;
  const int64_t height = 8, width = 15, images = 2, row = width * inputs, sums = height - 2, across = width - 2;
  const int64_t places = 9 * inputs, padded = (outputs + l.lanes - 1) / l.lanes * l.lanes;
  const Values x = draw(images * height * row), filter = draw(places * outputs);
  Values weights(places * padded), bias(padded);
  for (int64_t from = 0; from < outputs; from += 2 * l.lanes) {
    const int64_t group = groupOf(outputs, from, l.lanes);
    for (int64_t i = 0; i < places * group; i++) {
      const int64_t o = from + i % group;
      if (o < outputs) weights[from * places + i] = filter[i / group * outputs + o];
    }
  }
  const int64_t outHeight = pooled ? sums / 2 : sums, outWidth = pooled ? across / 2 : across;
  Values y(outHeight * outWidth * outputs);
  std::vector<uint8_t> codes(y.size());
  Windows in = {x.data(), row, inputs, 3, 3 * inputs, row, sums, across, 0, height, images, height * row};
  const std::string name = std::to_string(inputs) + "x" + std::to_string(outputs) + (pooled ? " pooled" : "");
  Outputs out = {weights.data(), bias.data(), outputs, 0, 3, 3, y.data(), outWidth * outputs, outputs, pooled ? codes.data() : nullptr, grid, nullptr};
  l.forward(in, out), show("forward " + name, y, true);
  const int64_t lines = sums * across * outputs;
  const Values dy = draw(images * lines + 2 * l.lanes);
  Values own(places * padded), shown(places * outputs), channels(padded), above(2 * across * outputs), below(above.size());
  l.weights(in, {dy.data(), lines, across * outputs, outputs, outputs}, own.data());
  for (int64_t i = 0; i < places * outputs; i++) shown[i] = own[i / outputs * padded + i % outputs];
  show("weights " + name, shown, true);
  for (size_t i = 0; i < codes.size(); i++) codes[i] = i * 7 % 5;
  l.spread(dy.data(), codes.data(), above.data(), below.data(), across / 2, outputs, channels.data());
  show("above", above), show("below", below), show("sums", channels);
  l.pass(dy.data(), x.data(), 1.5f, above.data(), 4, std::min(outputs, row), channels.data()), show("pass", above);
}

static void depthwise(int64_t rows, int64_t columns, int64_t n) {
  const DepthwiseLoops& l = kBaselineDepthwise;
  const int64_t row = n + columns * 5, places = rows * columns, lines = 3;
  const Taps taps = {rows, columns, row, 5};
  const Values x = draw((rows + lines) * row), weights = draw(places * n), bias = draw(n), dy = draw(lines * n);
  Values y(n), sums(places * n), dx(rows * row);
  l.forward(taps, x.data(), weights.data(), n, bias.data(), 0, 6, y.data(), n), show("depthwise", y, true);
  l.weights(taps, x.data(), row, dy.data(), n, lines, sums.data(), n, n), show("depthwise weights", sums, true);
  if (n <= taps.step) l.spread(taps, dy.data(), weights.data(), n, dx.data(), n), show("depthwise spread", dx, true);
}

// Windows of 3 rows over a pooled image: `inputs` is a multiple of the lanes, or few.
static void pooledGradient(int64_t inputs, int64_t outputs) {
  const PooledGradientLoops& l = kBaselinePooledGradient;
  const int64_t height = 3, width = 5, row = (2 * width + 2) * inputs, window = 9 * inputs, most = height * width;
  const WindowRows rows = {3, 3 * inputs, row};
  const Values x = draw((2 * height + 2) * row), dy = draw(most * outputs), filter = draw(window * outputs);
  std::vector<uint8_t> codes(dy.size());
  for (uint8_t& code : codes) code = (uint8_t)std::fmin(4, std::floor(std::fabs(uniform()) * 2.6f));
  Values weights(window * outputs), dx(x.size()), sums(outputs), gradients(most * outputs + 1);
  if (inputs < l.lanes) {
    l.few(rows, {x.data(), dy.data(), codes.data(), height, width, outputs, row, inputs}, weights.data(), sums.data());
  } else {
    std::vector<int32_t> counts(outputs), at(gradients.size());
    for (int64_t i = 0; i < most; i++) {
      const int32_t first = (int32_t)(2 * (i / width * row + i % width * inputs)), right = (int32_t)inputs, down = (int32_t)row;
      const int32_t places[] = {first, first + right, first + down, first + down + right, 0};
      l.list(dy.data() + i * outputs, codes.data() + i * outputs, places, outputs, most, counts.data(), gradients.data(), at.data(), sums.data());
    }
    for (int64_t o = 0; o < outputs; o++) {
      const Chosen chosen = {gradients.data() + o * most, at.data() + o * most, counts[o]};
      l.weights(rows, chosen, x.data(), weights.data() + o * window);
      l.images(rows, chosen, filter.data() + o * window, dx.data());
    }
  }
  show("pooled weights", weights, true), show("pooled dx", dx, true), show("pooled sums", sums, true);
}

int main() {
  for (int64_t n : {1, 3, 5, 13, 64, 257}) depthwise(3, 3, n), depthwise(2, 5, n);

  for (int64_t n : {1, 3, 13, 64, 257}) fakeQuant(n), recurrent(n), minifloats(n);
  for (int64_t outputs : {4, 12, 16}) pooledGradient(1, outputs), pooledGradient(4, outputs), pooledGradient(12, outputs);
  const Grid grid = {0, 3, 0.2f, 5, 0};
  for (int64_t inputs : {1, 3, 13}) {
    for (int64_t outputs : {1, 3, 13, 16, 40}) {
      convolution(inputs, outputs, false, nullptr), convolution(inputs, outputs, true, nullptr);
      if (outputs == 13) convolution(inputs, outputs, true, &grid);
    }
  }
}
