// What calibration asks of values in JavaScript's memory: their ends, and counts and sums in bins of equal width.
#include "histogram.h"

#include <cstring>

namespace qatlab {
namespace {

constexpr int32_t kSize = 0x7fffffff, kInfinite = 0x7f800000;

// Bits in the order of the numbers that they stand for, and back.
inline int32_t turned(int32_t word) { return word ^ (int32_t)((uint32_t)(word >> 31) >> 1); }

float numberOf(int32_t key) {
  const int32_t word = turned(key);
  float number;
  std::memcpy(&number, &word, sizeof number);
  return number + 0.0f;
}

struct Array {
  void* data = nullptr;
  size_t length = 0;
  bool fits = false;
};

Array arrayOf(napi_env env, napi_value value, napi_typedarray_type expected) {
  Array array;
  napi_typedarray_type type;
  const bool is = napi_get_typedarray_info(env, value, &type, &array.length, &array.data, nullptr, nullptr) == napi_ok;
  array.fits = is && type == expected;
  return array;
}

napi_value refuse(napi_env env) {
  napi_throw_type_error(env, nullptr, "the values aren't a Float32Array, or the bins aren't Float64Arrays of one length");
  return nullptr;
}

}  // namespace

napi_value ends(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  const Array values = arrayOf(env, argument, napi_float32_array);
  if (!values.fits) return refuse(env);
  const int32_t* bits = static_cast<const int32_t*>(values.data);
  int32_t lowest = kSize, highest = ~kSize, zeros = 0;
  for (size_t i = 0; i < values.length; i++) {
    const int32_t key = turned(bits[i]);
    lowest = key < lowest ? key : lowest;
    highest = key > highest ? key : highest;
    zeros += (bits[i] & kSize) == 0;
  }
  const bool finite = highest < kInfinite && lowest > turned(kInfinite | ~kSize);
  if (!finite) {
    napi_get_undefined(env, &result);
    return result;
  }
  const double found[] = {numberOf(lowest), numberOf(highest), (double)zeros};
  napi_create_array_with_length(env, 3, &result);
  for (uint32_t i = 0; i < 3; i++) {
    napi_value number;
    napi_create_double(env, found[i], &number);
    napi_set_element(env, result, i, number);
  }
  return result;
}

napi_value tally(napi_env env, napi_callback_info info) {
  size_t count = 4;
  napi_value arguments[4], result;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  const Array values = arrayOf(env, arguments[0], napi_float32_array);
  const Array bins = arrayOf(env, arguments[1], napi_float64_array), sums = arrayOf(env, arguments[2], napi_float64_array);
  double reach = 0;
  const bool known = napi_get_value_double(env, arguments[3], &reach) == napi_ok && reach > 0;
  if (!values.fits || !bins.fits || !sums.fits || bins.length != sums.length || !known) return refuse(env);
  const float* from = static_cast<const float*>(values.data);
  double *counted = static_cast<double*>(bins.data), *added = static_cast<double*>(sums.data);
  const double half = (double)bins.length / 2, perUnit = half / reach, last = (double)bins.length - 1;
  for (size_t i = 0; i < values.length; i++) {
    const double value = from[i], place = value * perUnit + half;
    // A value outside of the bins, or NaN, would be written beyond their memory.
    const size_t bin = (size_t)(place < 0 ? 0 : place < last ? place : place >= last ? last : 0);
    counted[bin] += 1;
    added[bin] += value;
  }
  napi_get_undefined(env, &result);
  return result;
}

}  // namespace qatlab
