// See pooledGradientLoops.h. QATLAB_LOOPS names the set of instructions that this file is compiled for.
#include "pooledGradientLoops.h"

#include "convolutionRegisters.h"

namespace qatlab {
namespace {

void addUp(const float* __restrict dy, const uint8_t* __restrict codes, int64_t channels, float* __restrict sums) {
  for (int64_t o = 0; o < channels; o++) sums[o] += codes[o] < 4 ? dy[o] : 0.0f;
}

// A gradient's place is written in any case, and counted if the gradient passes: so there is no branch.
void list(const float* __restrict dy, const uint8_t* __restrict codes, const int32_t (&places)[5], int64_t channels,
          int64_t most, int32_t* __restrict counts, float* __restrict gradients, int32_t* __restrict at, float* sums) {
  for (int64_t o = 0; o < channels; o++) {
    const int64_t next = o * most + counts[o];
    gradients[next] = dy[o];
    at[next] = places[codes[o]];
    counts[o] += codes[o] < 4;
  }
  addUp(dy, codes, channels, sums);
}

// The gradients of `rows` × `vectors` registers of weights.
template <int rows, int vectors>
void weightTile(const WindowRows& window, const Chosen& chosen, const float* x, float* sums) {
  Vector own[rows][vectors] = {};
  // The compiler can't know that nothing that is written changes these.
  const int64_t row = window.row, count = chosen.count;
  const float* const gradients = chosen.gradients;
  const int32_t* const at = chosen.at;
  for (int64_t i = 0; i < count; i++) {
    const float gradient = gradients[i];
    const float* from = x + at[i];
    each<rows>([&](auto k) QATLAB_INLINE {
      each<vectors>([&](auto v) QATLAB_INLINE { own[k][v] += load(from + k * row + v * kWidth) * gradient; });
    });
  }
  each<rows>([&](auto k) QATLAB_INLINE {
    each<vectors>([&](auto v) QATLAB_INLINE {
      float* to = sums + k * window.length + v * kWidth;
      store(to, load(to) + own[k][v]);
    });
  });
}

// The same as weights, which stay in registers, for the gradients of images.
template <int rows, int vectors>
void imageTile(const WindowRows& window, const Chosen& chosen, const float* weights, float* dx) {
  Vector own[rows][vectors];
  each<rows>([&](auto k) QATLAB_INLINE {
    each<vectors>([&](auto v) QATLAB_INLINE { own[k][v] = load(weights + k * window.length + v * kWidth); });
  });
  const int64_t row = window.row, count = chosen.count;
  const float* const gradients = chosen.gradients;
  const int32_t* const at = chosen.at;
  for (int64_t i = 0; i < count; i++) {
    const float gradient = gradients[i];
    float* const first = dx + at[i];
    each<rows>([&](auto k) QATLAB_INLINE {
      each<vectors>([&](auto v) QATLAB_INLINE {
        float* to = first + k * row + v * kWidth;
        store(to, load(to) + own[k][v] * gradient);
      });
    });
  }
}

// Both at once: values and gradients are read while sums wait for their products.
template <int rows, int vectors>
void bothTile(const WindowRows& window, const Chosen& chosen, const float* x, const float* weights, float* sums, float* dx) {
  Vector own[rows][vectors] = {}, by[rows][vectors];
  each<rows>([&](auto k) QATLAB_INLINE {
    each<vectors>([&](auto v) QATLAB_INLINE { by[k][v] = load(weights + k * window.length + v * kWidth); });
  });
  const int64_t row = window.row, count = chosen.count;
  const float* const gradients = chosen.gradients;
  const int32_t* const at = chosen.at;
  for (int64_t i = 0; i < count; i++) {
    const float gradient = gradients[i];
    const float* const from = x + at[i];
    float* const first = dx + at[i];
    each<rows>([&](auto k) QATLAB_INLINE {
      each<vectors>([&](auto v) QATLAB_INLINE {
        const int64_t place = k * row + v * kWidth;
        own[k][v] += load(from + place) * gradient;
        store(first + place, load(first + place) + by[k][v] * gradient);
      });
    });
  }
  each<rows>([&](auto k) QATLAB_INLINE {
    each<vectors>([&](auto v) QATLAB_INLINE {
      float* to = sums + k * window.length + v * kWidth;
      store(to, load(to) + own[k][v]);
    });
  });
}

using WeightTile = void (*)(const WindowRows&, const Chosen&, const float*, float*);
using ImageTile = void (*)(const WindowRows&, const Chosen&, const float*, float*);

// Three rows of a window at once, if they fit into the registers; else one.
constexpr int kThree = kSums / 3, kOne = kSums / 2;

template <int rows, int... i>
WeightTile weightTileOf(std::integer_sequence<int, i...>, int64_t vectors) {
  static constexpr WeightTile tiles[] = {weightTile<rows, i + 1>...};
  return tiles[vectors - 1];
}

template <int rows, int... i>
ImageTile imageTileOf(std::integer_sequence<int, i...>, int64_t vectors) {
  static constexpr ImageTile tiles[] = {imageTile<rows, i + 1>...};
  return tiles[vectors - 1];
}

// Calls `run` for each tile of a window, with its first row and value.
template <typename Run>
void eachTile(const WindowRows& window, Run run) {
  const int64_t vectors = window.length / kWidth;
  const bool three = window.rows == 3 && vectors <= kThree;
  for (int64_t k = 0; k < window.rows; k += three ? 3 : 1) {
    split(vectors, three ? kThree : kOne, [&](int64_t from, int64_t count) { run(three, k, from * kWidth, count); });
  }
}

#if defined(__AVX512F__)
bool both(const WindowRows& window, const Chosen& chosen, const float* x, const float* weights, float* sums, float* dx) {
  constexpr decltype(&bothTile<3, 1>) tiles[] = {bothTile<3, 1>, bothTile<3, 2>, bothTile<3, 3>, bothTile<3, 4>};
  const int64_t vectors = window.length / kWidth;
  if (window.rows != 3 || vectors > 4) return false;
  tiles[vectors - 1](window, chosen, x, weights, sums, dx);
  return true;
}
#else
bool both(const WindowRows&, const Chosen&, const float*, const float*, float*, float*) { return false; }
#endif

void weights(const WindowRows& window, const Chosen& chosen, const float* x, float* sums) {
  eachTile(window, [&](bool three, int64_t k, int64_t at, int64_t count) {
    const WeightTile tile = three ? weightTileOf<3>(std::make_integer_sequence<int, kThree>(), count)
                                  : weightTileOf<1>(std::make_integer_sequence<int, kOne>(), count);
    tile(window, chosen, x + k * window.row + at, sums + k * window.length + at);
  });
}

void images(const WindowRows& window, const Chosen& chosen, const float* weights, float* dx) {
  eachTile(window, [&](bool three, int64_t k, int64_t at, int64_t count) {
    const ImageTile tile = three ? imageTileOf<3>(std::make_integer_sequence<int, kThree>(), count)
                                 : imageTileOf<1>(std::make_integer_sequence<int, kOne>(), count);
    tile(window, chosen, weights + k * window.length + at, dx + k * window.row + at);
  });
}

// The same for one register of channels: each of the four places of a pooling has the gradients of its channels.
template <int length>
void fewTile(const WindowRows& window, const PooledImage& image, int64_t from, float* weights, float* biases) {
  Vector own[3][length] = {}, sum = {};
  const int64_t row = window.row, down = image.down, right = image.right;
  for (int64_t i = 0; i < image.height; i++) {
    const float *x = image.x + 2 * i * down, *dy = image.dy + i * image.width * image.channels + from;
    const uint8_t* codes = image.codes + i * image.width * image.channels + from;
    for (int64_t j = 0; j < image.width; j++, x += 2 * right, dy += image.channels, codes += image.channels) {
      Bytes bytes;
      memcpy(&bytes, codes, sizeof bytes);
      const Integers code = wide(bytes);
      const Vector gradient = load(dy);
      each<4>([&](auto place) QATLAB_INLINE {
        const Vector passed = code == (int)place ? gradient : Vector{};
        const float* value = x + (place / 2) * down + (place % 2) * right;
        each<3>([&](auto k) QATLAB_INLINE {
          each<length>([&](auto v) QATLAB_INLINE { own[k][v] += passed * value[k * row + v]; });
        });
        sum += passed;
      });
    }
  }
  each<3>([&](auto k) QATLAB_INLINE {
    each<length>([&](auto v) QATLAB_INLINE {
      float* to = weights + (k * length + v) * image.channels + from;
      store(to, load(to) + own[k][v]);
    });
  });
  store(biases + from, load(biases + from) + sum);
}

void few(const WindowRows& window, const PooledImage& image, float* weights, float* biases) {
  constexpr decltype(&fewTile<1>) tiles[] = {fewTile<1>, fewTile<2>, fewTile<3>, fewTile<4>};
  for (int64_t from = 0; from < image.channels; from += kWidth) tiles[window.length - 1](window, image, from, weights, biases);
}

}  // namespace

#define QATLAB_JOINED(a, b) a##b
#define QATLAB_JOIN(a, b) QATLAB_JOINED(a, b)
extern const PooledGradientLoops QATLAB_JOIN(QATLAB_LOOPS, PooledGradient);
const PooledGradientLoops QATLAB_JOIN(QATLAB_LOOPS, PooledGradient) = {kWidth, list, weights, images, few, both};

}  // namespace qatlab
