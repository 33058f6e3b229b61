// Layer normalization, forward and backward in one op each: y = (x − mean) / √(variance + ε) · γ + β, with mean and
// variance of each row (Ba et al. 2016, arXiv:1607.06450).
#include <algorithm>
#include <vector>

#include "kernels.h"
#include "pool.h"

namespace qatlab {
namespace {

// How many values a task has. Sums are added task by task, in the order of the tasks.
constexpr int64_t kTask = 1 << 14;

// x is [rows, width]; γ and β are [width], or empty.
struct Rows {
  Rows(const Tensor& x, const Status& status) {
    if (failed(status)) return;
    if (TF_NumDims(x.get()) != 2) {
      TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "x isn't [rows, width]");
      return;
    }
    rows = TF_Dim(x.get(), 0);
    width = TF_Dim(x.get(), 1);
    height = std::max<int64_t>(1, kTask / std::max<int64_t>(1, width));
    tasks = (rows + height - 1) / height;
  }

  // Calls `run` with the first row of each task and the number of its rows.
  template <typename Run>
  void each(const Run& run) const {
    forEachTask(tasks, 2 * rows * width, [&](int64_t task) {
      run(task, task * height, std::min(height, rows - task * height));
    });
  }

  int64_t rows = 0, width = 0, height = 1, tasks = 0;
};

void checkLength(const Tensor& tensor, int64_t expected, bool optional, const Status& status) {
  if (failed(status)) return;
  const int64_t found = TF_TensorElementCount(tensor.get());
  if (found == expected || (optional && found == 0)) return;
  TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "an input doesn't have the length of x's rows");
}

// A tensor that may be empty as `width` values, which are all `value` then.
std::vector<float> filled(const Tensor& tensor, int64_t width, float value) {
  std::vector<float> all(width, value);
  if (TF_TensorElementCount(tensor.get()) > 0) std::copy_n(floats(tensor), width, all.begin());
  return all;
}

void forward(void*, TF_OpKernelContext* context) {
  Status status = newStatus();
  const Tensor x = input(context, 0, status), gamma = input(context, 1, status), beta = input(context, 2, status);
  const Tensor epsilon = input(context, 3, status);
  const Rows r(x, status);
  checkLength(gamma, r.width, true, status);
  checkLength(beta, r.width, true, status);
  checkLength(epsilon, 1, false, status);
  const Tensor y = outputLike(context, 0, x, status), means = output(context, 1, &r.rows, 1, status);
  const Tensor inverses = output(context, 2, &r.rows, 1, status);
  if (failed(status)) return TF_OpKernelContext_Failure(context, status.get());
  if (r.rows == 0) return;
  const std::vector<float> scales = filled(gamma, r.width, 1), shifts = filled(beta, r.width, 0);
  r.each([&](int64_t, int64_t first, int64_t count) {
    for (int64_t row = first; row < first + count; row++) {
      loops().normalize(floats(x) + row * r.width, scales.data(), shifts.data(), *floats(epsilon), r.width,
                        floats(y) + row * r.width, floats(means) + row, floats(inverses) + row);
    }
  });
}

void backward(void*, TF_OpKernelContext* context) {
  Status status = newStatus();
  const Tensor dy = input(context, 0, status), x = input(context, 1, status), gamma = input(context, 2, status);
  const Tensor beta = input(context, 3, status), means = input(context, 4, status);
  const Tensor inverses = input(context, 5, status);
  const Rows r(x, status);
  checkLength(dy, r.rows * r.width, false, status);
  checkLength(gamma, r.width, true, status);
  checkLength(means, r.rows, false, status);
  checkLength(inverses, r.rows, false, status);
  const Tensor dx = outputLike(context, 0, x, status), dgamma = outputLike(context, 1, gamma, status);
  const Tensor dbeta = outputLike(context, 2, beta, status);
  if (failed(status)) return TF_OpKernelContext_Failure(context, status.get());
  if (r.rows == 0) {
    std::fill_n(floats(dgamma), TF_TensorElementCount(gamma.get()), 0.0f);
    std::fill_n(floats(dbeta), TF_TensorElementCount(beta.get()), 0.0f);
    return;
  }
  const std::vector<float> scales = filled(gamma, r.width, 1);
  std::vector<float> sums(2 * r.tasks * r.width);
  r.each([&](int64_t task, int64_t first, int64_t count) {
    float* const own = sums.data() + 2 * task * r.width;
    for (int64_t row = first; row < first + count; row++) {
      const int64_t at = row * r.width;
      loops().normalizeGradient(floats(dy) + at, floats(x) + at, scales.data(), floats(means)[row],
                                floats(inverses)[row], r.width, floats(dx) + at, own, own + r.width);
    }
  });
  std::vector<double> all(2 * r.width);
  for (size_t i = 0; i < sums.size(); i++) all[i % all.size()] += sums[i];
  std::copy_n(all.begin(), TF_TensorElementCount(gamma.get()), floats(dgamma));
  std::copy_n(all.begin() + r.width, TF_TensorElementCount(beta.get()), floats(dbeta));
}

void* createNone(TF_OpKernelConstruction*) { return nullptr; }
void destroyNone(void*) {}

}  // namespace

void addLayerNormalization(const Status& status) {
  const auto shapes = TF_ShapeInferenceContextSetUnknownShape;
  addOp({"QatlabLayerNormalization", {}, {"x: float", "gamma: float", "beta: float", "epsilon: float"},
         {"y: float", "mean: float", "inverse: float"}, shapes, createNone, guarded<forward>, destroyNone},
        status);
  addOp({"QatlabLayerNormalizationGradient", {},
         {"dy: float", "x: float", "gamma: float", "beta: float", "mean: float", "inverse: float"},
         {"dx: float", "dgamma: float", "dbeta: float"}, shapes, createNone, guarded<backward>, destroyNone},
        status);
}

}  // namespace qatlab
