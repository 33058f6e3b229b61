// The outputs of a convolution that are rounded to a grid and pooled in windows of 2 × 2. Its includer is compiled for one
// set of instructions.
#pragma once

#include "convolutionSums.h"

namespace qatlab {
namespace {

// Rounds to a grid as loops.cc does, bit for bit. The codes of a grid are small enough to be whole numbers of 32 bits.
QATLAB_INLINE inline Vector rounded(Vector values, const Grid& grid) {
  Vector clipped = values > grid.high ? all(grid.high) : values;
  clipped = clipped < grid.low ? all(grid.low) : clipped;
  const Vector steps = ((clipped - grid.low) / grid.scale - grid.zero) + 0.5f;
  const Vector whole = __builtin_convertvector(__builtin_convertvector(steps, Integers), Vector);
  const Vector floor = whole > steps ? whole - 1.0f : whole;
  const Vector result = floor * grid.scale;
  return values == values ? result : values;
}

// The largest of 2 × 2 outputs, for windows of them side by side.
template <int pools, int registers, bool rounds>
void pooledTile(const Windows& in, const Outputs& out, const float* x, int64_t from, int64_t to) {
  Vector sums[4 * pools][registers];
  each<registers>([&](auto n) QATLAB_INLINE {
    const Vector bias = load(out.bias + from + n * kWidth);
    each<4 * pools>([&](auto p) QATLAB_INLINE { sums[p][n] = bias; });
  });
  sumUp<4 * pools, registers, true>(in, x, out.weights + from * in.rows * in.length, sums);
  const Vector low = all(out.low), high = all(out.high), most = all(out.most);
  const Grid grid = rounds ? *out.grid : Grid{};
  const int64_t left = out.channels - from;
  each<pools>([&](auto p) QATLAB_INLINE {
    each<registers>([&](auto n) QATLAB_INLINE {
      // The sum that is chosen by its output.
      Vector chosen = sums[2 * p][n];
      const auto output = [&](Vector sum) QATLAB_INLINE {
        if (!rounds) return sum;
        sum = sum < low ? low : sum;
        return grid.low == grid.high ? Vector{} : rounded(sum > high ? high : sum, grid);
      };
      Vector largest = output(chosen);
      Integers code = {};
      constexpr int places[] = {2 * p + 1, 2 * (pools + p), 2 * (pools + p) + 1};
      each<3>([&](auto i) QATLAB_INLINE {
        const Vector sum = sums[places[i]][n], y = output(sum);
        const Integers larger = y > largest;
        largest = larger ? y : largest;
        if (rounds) chosen = larger ? sum : chosen;
        code = larger ? Integers{} + (i + 1) : code;
      });
      if (!rounds) chosen = largest;
      const Integers passes = (chosen > low) & (chosen <= most);
      code = passes ? code : Integers{} + 4;
      chosen = chosen < low ? low : chosen;
      chosen = chosen > high ? high : chosen;
      if (!rounds) largest = chosen;
      const Bytes bytes = narrow(code);
      const int64_t at = to + p * out.right + n * kWidth;
      if (left >= (n + 1) * kWidth) {
        store(out.y + at, largest);
        memcpy(out.codes + at, &bytes, sizeof bytes);
        if (rounds && out.exact) store(out.exact + at, chosen);
      } else {
        storeFirst(out.y + at, &largest, left - n * kWidth);
        storeFirst(out.codes + at, &bytes, left - n * kWidth);
        if (rounds && out.exact) storeFirst(out.exact + at, &chosen, left - n * kWidth);
      }
    });
  });
}

template <int registers, bool rounds, int... i>
Tile pooledTileOf(std::integer_sequence<int, i...>, int64_t pools) {
  static constexpr Tile tiles[] = {pooledTile<i + 1, registers, rounds>...};
  return tiles[pools - 1];
}

constexpr int kPools = kSums / 4;

template <bool rounds>
Tile pooledTileFor(bool two, int64_t pools) {
  return two ? pooledTileOf<2, rounds>(std::make_integer_sequence<int, std::max(1, kPools / 2)>(), pools)
             : pooledTileOf<1, rounds>(std::make_integer_sequence<int, kPools>(), pools);
}

}  // namespace
}  // namespace qatlab
