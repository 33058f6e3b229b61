// Vectors of one register, and what loops over them share. Its includer is compiled for one set of instructions.
#pragma once

#include <string.h>

#include <algorithm>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define QATLAB_INLINE __attribute__((always_inline))

namespace qatlab {
namespace {

// How many sums fit into the registers, beside two weights and a value.
#if defined(__AVX512F__)
constexpr int kWidth = 16, kSums = 24;
#elif defined(__AVX2__)
constexpr int kWidth = 8, kSums = 12;
#elif defined(__aarch64__)
constexpr int kWidth = 4, kSums = 24;
#else
constexpr int kWidth = 4, kSums = 12;
#endif

typedef float Vector __attribute__((vector_size(kWidth * 4)));
typedef int32_t Integers __attribute__((vector_size(kWidth * 4)));
typedef uint8_t Bytes __attribute__((vector_size(kWidth)));

QATLAB_INLINE inline Vector load(const float* from) {
  Vector vector;
  memcpy(&vector, from, sizeof vector);
  return vector;
}

QATLAB_INLINE inline void store(float* to, Vector vector) { memcpy(to, &vector, sizeof vector); }

// A value of any width: a register, or one number.
template <typename Value>
QATLAB_INLINE inline Value read(const float* from, Value) {
  Value value;
  memcpy(&value, from, sizeof value);
  return value;
}

template <typename Value>
QATLAB_INLINE inline void write(float* to, Value value) {
  memcpy(to, &value, sizeof value);
}

QATLAB_INLINE inline Vector all(float value) { return value - Vector{}; }

// A register's codes as integers, and back. GCC makes of __builtin_convertvector one conversion for each of them.
QATLAB_INLINE inline Integers wide(Bytes codes) {
#if defined(__AVX512F__)
  return (Integers)_mm512_cvtepu8_epi32((__m128i)codes);
#elif defined(__AVX2__)
  return (Integers)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i*)&codes));
#elif defined(__SSE4_1__)
  int32_t bits;
  memcpy(&bits, &codes, sizeof bits);
  return (Integers)_mm_cvtepu8_epi32(_mm_cvtsi32_si128(bits));
#else
  return __builtin_convertvector(codes, Integers);
#endif
}

QATLAB_INLINE inline Bytes narrow(Integers codes) {
#if defined(__AVX512F__)
  return (Bytes)_mm512_cvtepi32_epi8((__m512i)codes);
#elif defined(__AVX2__)
  const __m256i all = (__m256i)codes;
  const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
  const __m128i bytes = _mm_packus_epi16(words, words);
  Bytes result;
  memcpy(&result, &bytes, sizeof result);
  return result;
#elif defined(__SSE4_1__)
  const __m128i words = _mm_packs_epi32((__m128i)codes, (__m128i)codes);
  const __m128i bytes = _mm_packus_epi16(words, words);
  Bytes result;
  memcpy(&result, &bytes, sizeof result);
  return result;
#else
  return __builtin_convertvector(codes, Bytes);
#endif
}

// Calls `run` for 0 to n − 1, which are constants in it: compilers keep arrays in registers only then.
template <typename Run, int... i>
QATLAB_INLINE inline void eachOf(std::integer_sequence<int, i...>, Run run) {
  (run(std::integral_constant<int, i>()), ...);
}
template <int n, typename Run>
QATLAB_INLINE inline void each(Run run) {
  eachOf(std::make_integer_sequence<int, n>(), run);
}

// Splits a count into parts of about one size, each at most `most`.
template <typename Run>
inline void split(int64_t count, int64_t most, Run run) {
  const int64_t parts = (count + most - 1) / most;
  for (int64_t i = 0, from = 0; i < parts; i++) {
    const int64_t size = (count - from) / (parts - i);
    run(from, size);
    from += size;
  }
}

template <typename Value>
inline void storeFirst(Value* to, const void* vector, int64_t count) {
  memcpy(to, vector, count * sizeof(Value));
}

}  // namespace
}  // namespace qatlab
