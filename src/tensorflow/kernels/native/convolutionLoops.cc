// See convolutionLoops.h. QATLAB_LOOPS names the set of instructions that this file is compiled for.
#include "convolutionLoops.h"

#include "convolutionPooling.h"

namespace qatlab {
namespace {

// The outputs of windows side by side, for channels from `from` on.
template <int pixels, int registers>
void plainTile(const Windows& in, const Outputs& out, const float* x, int64_t from, int64_t to) {
  float* const y = out.y + to;
  Vector sums[pixels][registers];
  each<registers>([&](auto n) QATLAB_INLINE {
    const Vector bias = load(out.bias + from + n * kWidth);
    each<pixels>([&](auto p) QATLAB_INLINE { sums[p][n] = bias; });
  });
  sumUp<pixels, registers, false>(in, x, out.weights + from * in.rows * in.length, sums);
  const Vector low = all(out.low), high = all(out.high);
  const int64_t left = out.channels - from;
  each<pixels>([&](auto p) QATLAB_INLINE {
    each<registers>([&](auto n) QATLAB_INLINE {
      Vector sum = sums[p][n];
      sum = sum < low ? low : sum;
      sum = sum > high ? high : sum;
      float* to = y + p * out.right + n * kWidth;
      if (left >= (n + 1) * kWidth) store(to, sum);
      else storeFirst(to, &sum, left - n * kWidth);
    });
  });
}

template <int registers, int... i>
Tile plainTileOf(std::integer_sequence<int, i...>, int64_t pixels) {
  static constexpr Tile tiles[] = {plainTile<i + 1, registers>...};
  return tiles[pixels - 1];
}

constexpr int kPixels = kSums / 2;
// With one register of channels, more than kPixels, so that 13 or 14 aren't split.
constexpr int kMorePixels = std::max(kPixels, std::min(kSums, 14));

Tile plainTileFor(bool two, int64_t pixels) {
  return two ? plainTileOf<2>(std::make_integer_sequence<int, kPixels>(), pixels)
             : plainTileOf<1>(std::make_integer_sequence<int, kMorePixels>(), pixels);
}

void forward(const Windows& windows, const Outputs& out) {
  const bool pooled = out.codes != nullptr;
  Windows in = windows;
  const int64_t height = pooled ? in.height / 2 : in.height, width = pooled ? in.width / 2 : in.width;
  const int64_t step = pooled ? 2 : 1;
  for (int64_t from = 0; from < out.channels; from += 2 * kWidth) {
    const bool two = groupOf(out.channels, from, kWidth) > kWidth;
    const int64_t most = !pooled ? (two ? kPixels : kMorePixels) : two ? std::max(1, kPools / 2) : kPools;
    for (int64_t i = 0; i < height; i++) {
      // The rows of the windows that aren't in the border; those of the lower ones, too, if they are pooled.
      const int64_t top = step * i * (in.down / in.row), lower = top + (pooled ? in.down / in.row : 0);
      in.first = std::min(in.rows, std::max<int64_t>(0, windows.first - lower));
      in.last = std::max(in.first, std::min(in.rows, windows.last - top));
      split(width, most, [&](int64_t at, int64_t count) {
        const Tile tile = pooled ? (out.grid ? pooledTileFor<true>(two, count) : pooledTileFor<false>(two, count))
                                 : plainTileFor(two, count);
        tile(in, out, in.x + step * (i * in.down + at * in.right), from, i * out.down + at * out.right + from);
      });
    }
  }
}

// The gradients of `rows` × `values` weights of a window, for `registers` registers of channels.
template <int rows, int values, int registers>
void weightTile(const Windows& in, const Gradients& out, const float* x, const float* dy, float* sums, int64_t padded) {
  Vector own[rows][values][registers] = {};
  for (int64_t i = 0; i < in.images * in.height; i++) {
    const int64_t image = i / in.height, line = i - image * in.height;
    const float* at = x + image * in.image + line * in.down;
    const float* by = dy + image * out.image + line * out.down;
    for (int64_t j = 0; j < in.width; j++, at += in.right, by += out.right) {
      Vector gradients[registers];
      each<registers>([&](auto n) QATLAB_INLINE { gradients[n] = load(by + n * kWidth); });
      each<rows>([&](auto k) QATLAB_INLINE {
        const float* row = at + k * in.row;
        each<values>([&](auto v) QATLAB_INLINE {
          each<registers>([&](auto n) QATLAB_INLINE { own[k][v][n] += gradients[n] * row[v]; });
        });
      });
    }
  }
  each<rows>([&](auto k) QATLAB_INLINE {
    each<values>([&](auto v) QATLAB_INLINE {
      float* to = sums + (k * in.length + v) * padded;
      each<registers>([&](auto n) QATLAB_INLINE { store(to + n * kWidth, load(to + n * kWidth) + own[k][v][n]); });
    });
  });
}

using WeightTile = void (*)(const Windows&, const Gradients&, const float*, const float*, float*, int64_t);

template <int rows, int registers, int... i>
WeightTile weightTileOf(std::integer_sequence<int, i...>, int64_t values) {
  static constexpr WeightTile tiles[] = {weightTile<rows, i + 1, registers>...};
  return tiles[values - 1];
}

// How many values of gradients are read again and again before the next ones.
constexpr int64_t kBand = 1 << 12;

void weights(const Windows& windows, const Gradients& gradients, float* sums) {
  const int64_t channels = gradients.channels, padded = (channels + kWidth - 1) / kWidth * kWidth;
  if (windows.width == 0 || windows.height == 0) return;
  const bool few = windows.rows == 3 && windows.length <= 4;
  for (int64_t from = 0, group = 0; from < channels; from += group) {
    const bool two = !few && groupOf(channels, from, kWidth) > kWidth;
    group = two ? 2 * kWidth : kWidth;
    const int64_t some = std::max<int64_t>(1, kBand / (windows.width * group));
    const int64_t band = windows.images > 1 ? windows.height : some;
    for (int64_t top = 0; top < windows.height; top += band) {
      Windows in = windows;
      in.height = std::min(band, windows.height - top);
      const float* x = windows.x + top * windows.down;
      const float* dy = gradients.values + top * gradients.down + from;
      for (int64_t k = 0; k < windows.rows; k += few ? 3 : 1) {
        split(windows.length, few ? 4 : kSums / 2, [&](int64_t at, int64_t count) {
          const std::make_integer_sequence<int, kSums / 2> many;
          const std::make_integer_sequence<int, 4> four;
          const WeightTile tile = few ? weightTileOf<3, 1>(four, count)
                                      : two ? weightTileOf<1, 2>(many, count) : weightTileOf<1, 1>(many, count);
          tile(in, gradients, x + k * windows.row + at, dy, sums + (k * windows.length + at) * padded + from, padded);
        });
      }
    }
  }
}

// Calls `run` for each register of channels, and for each channel that is left over.
template <typename Run>
inline void eachChannel(int64_t channels, Run run) {
  int64_t from = 0;
  for (; from + kWidth <= channels; from += kWidth) run(from, Vector{}, Bytes{});
  for (; from < channels; from++) run(from, 0.0f, uint8_t());
}

QATLAB_INLINE inline int32_t wide(uint8_t code) { return code; }

void spread(const float* dy, const uint8_t* codes, float* above, float* below, int64_t windows, int64_t channels,
            float* sums) {
  eachChannel(channels, [&](int64_t from, auto none, auto byte) {
    auto sum = none;
    for (int64_t i = 0; i < windows; i++) {
      const int64_t at = i * channels + from, left = 2 * i * channels + from, right = left + channels;
      memcpy(&byte, codes + at, sizeof byte);
      const auto code = wide(byte);
      const auto gradient = read(dy + at, none);
      write(above + left, code == 0 ? gradient : none);
      write(above + right, code == 1 ? gradient : none);
      write(below + left, code == 2 ? gradient : none);
      write(below + right, code == 3 ? gradient : none);
      sum += code < 4 ? gradient : none;
    }
    write(sums + from, read(sums + from, none) + sum);
  });
}

void pass(const float* dy, const float* y, float most, float* to, int64_t pixels, int64_t channels, float* sums) {
  eachChannel(channels, [&](int64_t from, auto none, auto) {
    auto sum = none;
    for (int64_t i = 0; i < pixels; i++) {
      const int64_t at = i * channels + from;
      auto gradient = read(dy + at, none);
      if (y) {
        const auto value = read(y + at, none);
        gradient = ((value > 0) & (value <= most)) ? gradient : none;
      }
      write(to + at, gradient);
      sum += gradient;
    }
    write(sums + from, read(sums + from, none) + sum);
  });
}

// The functions aren't inlined, so that the compiler believes that their parameters are distinct.
__attribute__((noinline)) void addSide(const float* __restrict terms, int64_t width, float* __restrict to, int64_t windows) {
  for (int64_t i = 0; i < windows; i++) to[i] += terms[i * width];
}

__attribute__((noinline)) void addSteps(const float* __restrict terms, int64_t width, float* __restrict to, int64_t right,
                                        int64_t windows) {
  for (int64_t i = 0; i < windows; i++) to[i * right] += terms[i * width];
}

__attribute__((noinline)) void addLine(const float* __restrict terms, float* __restrict to, int64_t length) {
  for (int64_t i = 0; i < length; i++) to[i] += terms[i];
}

void add(const float* terms, int64_t width, float* to, int64_t right, int64_t windows, int64_t length) {
  if (length >= 2 * kWidth) {
    for (int64_t i = 0; i < windows; i++) addLine(terms + i * width, to + i * right, length);
    return;
  }
  for (int64_t i = 0; i < length; i++) {
    if (right == 1) addSide(terms + i, width, to + i, windows);
    else addSteps(terms + i, width, to + i, right, windows);
  }
}

}  // namespace

#define QATLAB_JOINED(a, b) a##b
#define QATLAB_JOIN(a, b) QATLAB_JOINED(a, b)
extern const ConvolutionLoops QATLAB_JOIN(QATLAB_LOOPS, Convolution);
const ConvolutionLoops QATLAB_JOIN(QATLAB_LOOPS, Convolution) = {kWidth, forward, weights, spread, pass, add};

}  // namespace qatlab
