// Rounding to small floating-point formats in one pass over memory, with the values of the composed ops of
// src/quantizers/codecs bit for bit: with given scales, or in blocks whose largest value decides a power of two, as
// the OCP Microscaling specification has it.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels.h"
#include "minifloatLoops.h"
#include "pool.h"

namespace qatlab {
namespace {

// How many values a task has.
constexpr int64_t kTask = 1 << 14;

struct Format {
  Minifloat numbers;
  // Whether blocks find their scales, and the exponent of the format's largest number then.
  bool blocks;
  int emax;
};

// x is [before, size, after]: `size` values that lie `after` apart share a scale.
struct Blocks {
  explicit Blocks(const Tensor& x)
      : before(TF_Dim(x.get(), 0)), size(TF_Dim(x.get(), 1)), after(TF_Dim(x.get(), 2)),
        height(std::max<int64_t>(1, kTask / std::max<int64_t>(1, size * after))),
        tasks((before + height - 1) / height) {}

  int64_t before, size, after, height, tasks;
};

// A block's scale from the bits of its largest size: a power of two, NaN if the values aren't all finite.
float scaleOf(int32_t bits, int emax) {
  const int exponent = bits >> 23;
  if (exponent == 255) return std::numeric_limits<float>::quiet_NaN();
  return std::ldexp(1.0f, std::max(std::max(exponent, 1) - emax, 1) - 127);
}

void roundOwn(const Format& f, const Blocks& b, const float* x, float* y) {
  const auto& loops = minifloatLoops();
  forEachTask(b.tasks, b.before * b.size * b.after, [&](int64_t task) {
    std::vector<int32_t> bits(b.after);
    std::vector<float> scales(b.after);
    for (int64_t block = task * b.height; block < std::min(b.before, (task + 1) * b.height); block++) {
      const int64_t at = block * b.size * b.after;
      if (b.after == 1) {
        loops.round(x + at, y + at, b.size, scaleOf(loops.largest(x + at, b.size), f.emax), f.numbers);
        continue;
      }
      std::fill(bits.begin(), bits.end(), 0);
      loops.largestRows(x + at, b.size, b.after, bits.data());
      for (int64_t i = 0; i < b.after; i++) scales[i] = scaleOf(bits[i], f.emax);
      loops.roundRows(x + at, y + at, b.size, b.after, scales.data(), f.numbers);
    }
  });
}

// One block of rows is split too: its scales are known.
void roundGiven(const Format& f, const Blocks& b, const float* x, const float* scales, float* y) {
  const int64_t values = b.size * b.after, all = b.before * values;
  const int64_t height = std::max<int64_t>(1, kTask / std::max<int64_t>(1, b.after));
  const int64_t parts = (b.size + height - 1) / height;
  forEachTask(b.before * parts, all, [&](int64_t task) {
    const int64_t block = task / parts, row = task % parts * height, rows = std::min(height, b.size - row);
    const int64_t at = block * values + row * b.after;
    if (b.after == 1) minifloatLoops().round(x + at, y + at, rows, scales[block], f.numbers);
    else minifloatLoops().roundRows(x + at, y + at, rows, b.after, scales + block * b.after, f.numbers);
  });
}

void compute(void* kernel, TF_OpKernelContext* context) {
  const Format& f = *static_cast<Format*>(kernel);
  Status status = newStatus();
  const Tensor x = input(context, 0, status), scales = input(context, 1, status);
  if (!failed(status)) {
    const bool three = TF_NumDims(x.get()) == 3;
    const int64_t count = three && !f.blocks ? TF_Dim(x.get(), 0) * TF_Dim(x.get(), 2) : 0;
    if (!three || TF_TensorElementCount(scales.get()) != count) {
      TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "x isn't [before, size, after], or there isn't a scale for each");
    }
  }
  const Tensor y = outputLike(context, 0, x, status);
  if (failed(status)) return TF_OpKernelContext_Failure(context, status.get());
  if (TF_TensorElementCount(x.get()) == 0) return;
  const Blocks blocks(x);
  if (f.blocks) return roundOwn(f, blocks, floats(x), floats(y));
  roundGiven(f, blocks, floats(x), floats(scales), floats(y));
}

// exponent_bits of 0 stand for whole numbers of 64ths, from −127 to 127; specials are 0 for none, 1 for NaN, 2 for ∞ too.
void* create(TF_OpKernelConstruction* construction) {
  Status status = newStatus();
  const auto read = [&](const char* name) {
    int32_t value = 0;
    if (!failed(status)) TF_OpKernelConstruction_GetAttrInt32(construction, name, &value, status.get());
    return value;
  };
  const int exponentBits = read("exponent_bits"), mantissaBits = read("mantissa_bits"), bias = read("bias");
  const int specials = read("specials");
  unsigned char saturate = 0, blocks = 0;
  if (!failed(status)) TF_OpKernelConstruction_GetAttrBool(construction, "saturate", &saturate, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrBool(construction, "blocks", &blocks, status.get());
  if (failed(status)) TF_OpKernelConstruction_Failure(construction, status.get());
  if (exponentBits == 0) return new Format{{0, 64, 127, 0, 0, true}, blocks != 0, 0};
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
  const float steps = std::ldexp(1.0f, mantissaBits);
  const int codes = 1 << (exponentBits + mantissaBits);
  const int last = specials == 0 ? codes - 1 : specials == 1 ? codes - 2 : codes - (1 << mantissaBits) - 1;
  const float fraction = 1 + (float)(last % (1 << mantissaBits)) / steps;
  const float largest = std::ldexp(fraction, (last >> mantissaBits) - bias);
  const float beyond = saturate ? largest : specials == 2 ? infinity : nan;
  const Minifloat numbers = {1 - bias, steps, largest, beyond, specials == 0 ? 0 : nan, false};
  return new Format{numbers, blocks != 0, std::ilogb(largest)};
}

void destroy(void* kernel) { delete static_cast<Format*>(kernel); }

void shapes(TF_ShapeInferenceContext* context, TF_Status* status) { likeInput(context, 0, 0, status); }

}  // namespace

void addMinifloat(const Status& status) {
  addOp({"QatlabMinifloat",
         {"exponent_bits: int", "mantissa_bits: int", "bias: int", "specials: int", "saturate: bool", "blocks: bool"},
         {"x: float", "scales: float"}, {"y: float"}, shapes, create, guarded<compute>, destroy},
        status);
}

}  // namespace qatlab
