// See depthwiseLoops.h. QATLAB_LOOPS names the set of instructions that this file is compiled for.
#include "depthwiseLoops.h"

#include "convolutionRegisters.h"

namespace qatlab {
namespace {

typedef float Eight __attribute__((vector_size(32)));
typedef float Four __attribute__((vector_size(16)));

// Calls `run` for each register of a run, for what fills a half and a quarter of one, and for each value that is left over.
template <typename Run>
QATLAB_INLINE inline void eachPart(int64_t n, Run run) {
  int64_t from = 0;
  for (; from + kWidth <= n; from += kWidth) run(from, Vector{});
  if (kWidth > 8 && from + 8 <= n) run(from, Eight{}), from += 8;
  if (kWidth > 4 && from + 4 <= n) run(from, Four{}), from += 4;
  for (; from < n; from++) run(from, 0.0f);
}

// The numbers of places are constants where windows are 3 × 3.
template <bool three, typename Run>
QATLAB_INLINE inline void eachTap(const Taps& taps, Run run) {
  const int64_t rows = three ? 3 : taps.rows, columns = three ? 3 : taps.columns;
  for (int64_t k = 0; k < rows; k++) {
    for (int64_t l = 0; l < columns; l++) run(k * columns + l, k * taps.row + l * taps.step);
  }
}

template <bool three>
void forwardOf(const Taps& given, const float* x, const float* weights, int64_t width, const float* bias, float low,
               float high, float* y, int64_t n) {
  const Taps taps = given;
  eachPart(n, [&](int64_t at, auto none) QATLAB_INLINE {
    auto sum = read(bias + at, none);
    eachTap<three>(taps, [&](int64_t tap, int64_t place) QATLAB_INLINE {
      sum += read(x + place + at, none) * read(weights + tap * width + at, none);
    });
    const auto least = low - none, most = high - none;
    sum = sum < least ? least : sum;
    sum = sum > most ? most : sum;
    write(y + at, sum);
  });
}

template <bool three>
void spreadOf(const Taps& given, const float* dy, const float* weights, int64_t width, float* dx, int64_t n) {
  const Taps taps = given;
  eachPart(n, [&](int64_t at, auto none) QATLAB_INLINE {
    const auto gradient = read(dy + at, none);
    eachTap<three>(taps, [&](int64_t tap, int64_t place) QATLAB_INLINE {
      float* const to = dx + place + at;
      write(to, read(to, none) + gradient * read(weights + tap * width + at, none));
    });
  });
}

// Windows of 3 × 3 keep their nine sums in registers.
void weightsOfThree(const Taps& given, const float* x, int64_t down, const float* dy, int64_t dyDown, int64_t lines,
                    float* sums, int64_t width, int64_t n) {
  const Taps taps = given;
  eachPart(n, [&](int64_t at, auto none) QATLAB_INLINE {
    decltype(none) own[9] = {};
    for (int64_t i = 0; i < lines; i++) {
      const auto gradient = read(dy + i * dyDown + at, none);
      const float* const from = x + i * down + at;
      each<9>([&](auto tap) QATLAB_INLINE {
        own[tap] += gradient * read(from + tap / 3 * taps.row + tap % 3 * taps.step, none);
      });
    }
    each<9>([&](auto tap) QATLAB_INLINE {
      float* const to = sums + tap * width + at;
      write(to, read(to, none) + own[tap]);
    });
  });
}

void weightsOfAny(const Taps& given, const float* x, int64_t down, const float* dy, int64_t dyDown, int64_t lines,
                  float* sums, int64_t width, int64_t n) {
  const Taps taps = given;
  eachTap<false>(taps, [&](int64_t tap, int64_t place) {
    eachPart(n, [&](int64_t at, auto none) QATLAB_INLINE {
      auto own = none;
      for (int64_t i = 0; i < lines; i++) own += read(dy + i * dyDown + at, none) * read(x + i * down + place + at, none);
      float* const to = sums + tap * width + at;
      write(to, read(to, none) + own);
    });
  });
}

bool isThree(const Taps& taps) { return taps.rows == 3 && taps.columns == 3; }

void forward(const Taps& taps, const float* x, const float* weights, int64_t width, const float* bias, float low,
             float high, float* y, int64_t n) {
  (isThree(taps) ? forwardOf<true> : forwardOf<false>)(taps, x, weights, width, bias, low, high, y, n);
}

void spread(const Taps& taps, const float* dy, const float* weights, int64_t width, float* dx, int64_t n) {
  (isThree(taps) ? spreadOf<true> : spreadOf<false>)(taps, dy, weights, width, dx, n);
}

void weights(const Taps& taps, const float* x, int64_t down, const float* dy, int64_t dyDown, int64_t lines, float* sums,
             int64_t width, int64_t n) {
  (isThree(taps) ? weightsOfThree : weightsOfAny)(taps, x, down, dy, dyDown, lines, sums, width, n);
}

}  // namespace

#define QATLAB_JOINED(a, b) a##b
#define QATLAB_JOIN(a, b) QATLAB_JOINED(a, b)
extern const DepthwiseLoops QATLAB_JOIN(QATLAB_LOOPS, Depthwise);
const DepthwiseLoops QATLAB_JOIN(QATLAB_LOOPS, Depthwise) = {forward, spread, weights};

}  // namespace qatlab
