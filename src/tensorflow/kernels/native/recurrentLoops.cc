// Compiled with -DQATLAB_LOOPS=… as loops.cc, without a header of the C++ library for the same reason.
#include "recurrentLoops.h"

namespace qatlab {
namespace {

template <int lanes>
struct Vector {
  typedef float Type __attribute__((vector_size(4 * lanes)));
};
template <>
struct Vector<1> {
  typedef float Type;
};

#if defined(__AVX512F__)
constexpr int kWidth = 16, kTall = 8;
#elif defined(__AVX2__)
constexpr int kWidth = 8, kTall = 4;
#else
constexpr int kWidth = 4, kTall = 4;
#endif

// A tile of c, which stays in registers.
template <int lanes, int rows, int vectors>
inline void tile(const Product& p, int64_t i, int64_t j) {
  using V = typename Vector<lanes>::Type;
  V sums[rows][vectors];
  float* const c = p.c + i * p.cRow + j;
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      sums[r][v] = V{};
      if (p.add) __builtin_memcpy(&sums[r][v], c + r * p.cRow + v * lanes, sizeof(V));
    }
  }
  const float* a = p.a + i * p.aRow;
  const float* b = p.b + j;
  for (int64_t l = 0; l < p.k; l++, a += p.aStep, b += p.bRow) {
    V factors[vectors];
    for (int v = 0; v < vectors; v++) __builtin_memcpy(&factors[v], b + v * lanes, sizeof(V));
    for (int r = 0; r < rows; r++) {
      const float factor = a[r * p.aRow];
      for (int v = 0; v < vectors; v++) sums[r][v] += factors[v] * factor;
    }
  }
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) __builtin_memcpy(c + r * p.cRow + v * lanes, &sums[r][v], sizeof(V));
  }
}

template <int rows>
void stripe(const Product& p, int64_t i) {
  int64_t j = 0;
  for (; j + 2 * kWidth <= p.n; j += 2 * kWidth) tile<kWidth, rows, 2>(p, i, j);
  for (; j + kWidth <= p.n; j += kWidth) tile<kWidth, rows, 1>(p, i, j);
  if (kWidth > 8 && j + 8 <= p.n) tile<8, rows, 1>(p, i, j), j += 8;
  if (kWidth > 4 && j + 4 <= p.n) tile<4, rows, 1>(p, i, j), j += 4;
  for (; j < p.n; j++) tile<1, rows, 1>(p, i, j);
}

void product(const Product& product) {
  const Product p = product;
  int64_t i = 0;
  for (; i + kTall <= p.m; i += kTall) stripe<kTall>(p, i);
  for (; i + 2 <= p.m; i += 2) stripe<2>(p, i);
  for (; i < p.m; i++) stripe<1>(p, i);
}

// The order of the comparisons keeps NaN.
inline float clip(float x, float low, float high) {
  const float below = x > high ? high : x;
  return below < low ? low : below;
}

// eˣ as in Cephes' expf (Moshier): x = n · ln 2 + r, and a polynomial in r; 1.2e-7 of its value off at most.
inline float exponential(float x) {
  const float held = clip(x, -87.0f, 88.0f);
  const float n = __builtin_floorf(held * 1.44269504f + 0.5f);
  const float r = (held - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  // NaN is no whole number.
  const int32_t bits = ((int32_t)(n > -127.0f ? n : -127.0f) + 127) << 23;
  float power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return p * power;
}

inline float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

// The rational approximation that Eigen has, and with it TensorFlow.
inline float tangent(float x) {
  const float held = clip(x, -7.90531110763549805f, 7.90531110763549805f);
  const float s = held * held;
  float p = -2.76076847742355e-16f;
  p = p * s + 2.00018790482477e-13f;
  p = p * s + -8.60467152213735e-11f;
  p = p * s + 5.12229709037114e-08f;
  p = p * s + 1.48572235717979e-05f;
  p = p * s + 6.37261928875436e-04f;
  p = p * s + 4.89352455891786e-03f;
  float q = 1.19825839466702e-06f;
  q = q * s + 1.18534705686654e-04f;
  q = q * s + 2.26843463243900e-03f;
  q = q * s + 4.89352518554385e-03f;
  return held * p / q;
}

// A gate's value before it is clipped, if it is a hard sigmoid's, and after.
template <bool hard>
inline float gateOf(float x) {
  return hard ? 0.5f + 0.2f * x : sigmoid(x);
}
template <bool hard>
inline float valueOf(float gate) {
  return hard ? clip(gate, 0.0f, 1.0f) : gate;
}

// The gradient for a gate's input from that for its value.
template <bool hard>
inline float gateGradient(float d, float gate) {
  if (hard) return ((gate >= 0.0f) & (gate <= 1.0f)) ? d * 0.2f : 0.0f;
  return d * (gate * (1.0f - gate));
}

// The functions aren't inlined, so that the compiler believes that their parameters are distinct.
template <bool hard>
__attribute__((noinline)) void lstmOf(float* __restrict i, float* __restrict f, float* __restrict g,
                                      float* __restrict o, const float* __restrict before, float* __restrict c,
                                      float* __restrict h, int64_t units) {
  for (int64_t k = 0; k < units; k++) {
    i[k] = gateOf<hard>(i[k]);
    f[k] = gateOf<hard>(f[k]);
    g[k] = tangent(g[k]);
    o[k] = gateOf<hard>(o[k]);
    const float state = valueOf<hard>(f[k]) * before[k] + valueOf<hard>(i[k]) * g[k];
    c[k] = state;
    h[k] = valueOf<hard>(o[k]) * tangent(state);
  }
}

void lstm(float* gates, const float* before, float* c, float* h, int64_t units, bool hard) {
  const auto run = hard ? lstmOf<true> : lstmOf<false>;
  run(gates, gates + units, gates + 2 * units, gates + 3 * units, before, c, h, units);
}

template <bool hard>
__attribute__((noinline)) void lstmGradientOf(const float* __restrict gates, const float* __restrict before,
                                              const float* __restrict c, const float* __restrict dh,
                                              float* __restrict dc, float* __restrict di, float* __restrict df,
                                              float* __restrict dg, float* __restrict dO, int64_t units) {
  for (int64_t k = 0; k < units; k++) {
    const float i = gates[k], f = gates[units + k], g = gates[2 * units + k], o = gates[3 * units + k];
    const float t = tangent(c[k]);
    const float state = dc[k] + dh[k] * valueOf<hard>(o) * (1.0f - t * t);
    dO[k] = gateGradient<hard>(dh[k] * t, o);
    di[k] = gateGradient<hard>(state * g, i);
    df[k] = gateGradient<hard>(state * before[k], f);
    dg[k] = state * valueOf<hard>(i) * (1.0f - g * g);
    dc[k] = state * valueOf<hard>(f);
  }
}

void lstmGradient(const float* gates, const float* before, const float* c, const float* dh, float* dc, float* dgates,
                  int64_t units, bool hard) {
  const auto run = hard ? lstmGradientOf<true> : lstmGradientOf<false>;
  run(gates, before, c, dh, dc, dgates, dgates + units, dgates + 2 * units, dgates + 3 * units, units);
}

template <bool hard>
__attribute__((noinline)) void gruGatesOf(float* __restrict z, float* __restrict r, const float* __restrict before,
                                          float* __restrict reset, int64_t units) {
  for (int64_t k = 0; k < units; k++) {
    z[k] = gateOf<hard>(z[k]);
    r[k] = gateOf<hard>(r[k]);
    reset[k] = valueOf<hard>(r[k]) * before[k];
  }
}

void gruGates(float* gates, const float* before, float* reset, int64_t units, bool hard) {
  (hard ? gruGatesOf<true> : gruGatesOf<false>)(gates, gates + units, before, reset, units);
}

template <bool hard>
__attribute__((noinline)) void gruOf(const float* __restrict gate, float* __restrict candidate,
                                     const float* __restrict before, float* __restrict h, int64_t units) {
  for (int64_t k = 0; k < units; k++) {
    candidate[k] = tangent(candidate[k]);
    const float z = valueOf<hard>(gate[k]);
    h[k] = z * before[k] + (1.0f - z) * candidate[k];
  }
}

void gru(float* gates, const float* before, float* h, int64_t units, bool hard) {
  (hard ? gruOf<true> : gruOf<false>)(gates, gates + 2 * units, before, h, units);
}

template <bool hard>
__attribute__((noinline)) void gruGradientOf(const float* __restrict gate, const float* __restrict candidate,
                                             const float* __restrict before, float* __restrict dh,
                                             float* __restrict dz, float* __restrict dcandidate, int64_t units) {
  for (int64_t k = 0; k < units; k++) {
    const float z = valueOf<hard>(gate[k]), y = candidate[k], d = dh[k];
    dz[k] = gateGradient<hard>(d * (before[k] - y), gate[k]);
    dcandidate[k] = d * (1.0f - z) * (1.0f - y * y);
    dh[k] = d * z;
  }
}

void gruGradient(const float* gates, const float* before, float* dh, float* dgates, int64_t units, bool hard) {
  const auto run = hard ? gruGradientOf<true> : gruGradientOf<false>;
  run(gates, gates + 2 * units, before, dh, dgates, dgates + 2 * units, units);
}

template <bool hard>
__attribute__((noinline)) void resetGradientOf(const float* __restrict gate, const float* __restrict before,
                                               const float* __restrict dreset, float* __restrict reset,
                                               float* __restrict dh, float* __restrict dr, int64_t units) {
  for (int64_t k = 0; k < units; k++) {
    const float r = valueOf<hard>(gate[k]);
    dr[k] = gateGradient<hard>(dreset[k] * before[k], gate[k]);
    reset[k] = r * before[k];
    dh[k] += dreset[k] * r;
  }
}

void resetGradient(const float* gates, const float* before, const float* dreset, float* reset, float* dh,
                   float* dgates, int64_t units, bool hard) {
  const auto run = hard ? resetGradientOf<true> : resetGradientOf<false>;
  run(gates + units, before, dreset, reset, dh, dgates + units, units);
}

}  // namespace

#define QATLAB_JOINED(a, b) a##b
#define QATLAB_NAMED(set) QATLAB_JOINED(set, Recurrent)

extern const RecurrentLoops QATLAB_NAMED(QATLAB_LOOPS);
const RecurrentLoops QATLAB_NAMED(QATLAB_LOOPS) = {product,  lstm, lstmGradient, gruGates,
                                                   gru, gruGradient, resetGradient};

}  // namespace qatlab
