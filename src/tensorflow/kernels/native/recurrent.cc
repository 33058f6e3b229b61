#include "recurrent.h"

#include <cstring>
#include <string>

namespace qatlab {

Sequence::Sequence(const Tensor& x, const Tensor& recurrent, int gates, const Status& status) {
  if (failed(status)) return;
  const bool fits = TF_NumDims(x.get()) == 3 && TF_NumDims(recurrent.get()) == 2 &&
                    TF_Dim(recurrent.get(), 1) == gates * TF_Dim(recurrent.get(), 0);
  if (!fits) {
    TF_SetStatus(status.get(), TF_INVALID_ARGUMENT,
                 "x isn't [examples, steps, inputs], or the recurrent weights aren't [units, gates · units]");
    return;
  }
  examples = TF_Dim(x.get(), 0);
  steps = TF_Dim(x.get(), 1);
  inputs = TF_Dim(x.get(), 2);
  units = TF_Dim(recurrent.get(), 0);
  width = gates * units;
}

void checkCount(const Tensor& tensor, int64_t count, const char* name, const Status& status) {
  if (failed(status)) return;
  const int64_t found = TF_TensorElementCount(tensor.get());
  if (found == count || found == 0) return;
  const std::string text = std::string(name) + " has " + std::to_string(found) + " values (expected " +
                           std::to_string(count) + ")";
  TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, text.c_str());
}

std::vector<float> transposed(const float* b, int64_t rows, int64_t columns) {
  std::vector<float> result(rows * columns);
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t column = 0; column < columns; column++) result[column * rows + row] = b[row * columns + column];
  }
  return result;
}

void project(const Sequence& s, const float* x, const float* weights, const float* bias, float* gates, int64_t count) {
  const int64_t rows = count * s.steps;
  for (int64_t row = 0; bias && row < rows; row++) std::memcpy(gates + row * s.width, bias, s.width * sizeof(float));
  recurrentLoops().product(
      {rows, s.width, s.inputs, x, s.inputs, 1, weights, s.width, gates, s.width, bias != nullptr});
}

std::vector<float> operands(const Sequence& s, const float* x, const float* h, const float* first, int64_t count) {
  const int64_t width = s.inputs + 1 + s.units;
  std::vector<float> all(count * s.steps * width);
  float* to = all.data();
  for (int64_t row = 0; row < count * s.steps; row++, to += width) {
    std::memcpy(to, x + row * s.inputs, s.inputs * sizeof(float));
    to[s.inputs] = 1;
    const float* before = row % s.steps > 0 ? h + (row - 1) * s.units
                          : first           ? first + row / s.steps * s.units
                                            : nullptr;
    if (before) std::memcpy(to + s.inputs + 1, before, s.units * sizeof(float));
  }
  return all;
}

void WeightGradients::write(float* weights, float* recurrent, float* bias, int64_t biases) const {
  const int64_t size = rows_ * s_.width;
  std::vector<float> all(size);
  for (size_t at = 0; at < sums_.size(); at += size) {
    for (int64_t i = 0; i < size; i++) all[i] += sums_[at + i];
  }
  const float* from = all.data();
  std::copy(from, from + s_.inputs * s_.width, weights);
  std::copy(from + s_.inputs * s_.width, from + s_.inputs * s_.width + biases, bias);
  std::copy(from + (s_.inputs + 1) * s_.width, from + size, recurrent);
}

}  // namespace qatlab
