// What recurrent layers have in common: their ops, shapes, tasks of examples, and sums of weights' gradients.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels.h"
#include "pool.h"
#include "recurrentLoops.h"

namespace qatlab {

// x is [examples, steps, inputs], the weights [inputs, width] and [units, width], with a width of `gates` · units.
struct Sequence {
  Sequence(const Tensor& x, const Tensor& recurrent, int gates, const Status& status);

  int64_t examples = 0, steps = 0, inputs = 0, units = 0, width = 0;

  // How many examples a task has. The sums of a gradient are added task by task, so that the number of tasks
  // doesn't depend on the number of threads.
  int64_t height() const { return std::max<int64_t>(16, (examples + 15) / 16); }
  int64_t tasks() const { return (examples + height() - 1) / height(); }
  // The work of all steps, in values of a copy that takes as long.
  int64_t work() const { return examples * steps * width * (inputs + units) / 16; }

  // Calls `run` with the first example of each task and the number of its examples.
  template <typename Run>
  void each(const Run& run) const {
    forEachTask(tasks(), work(), [&](int64_t task) {
      run(task, task * height(), std::min(height(), examples - task * height()));
    });
  }
};

// The values of an input, or null if it is empty: it stands for zeros, or isn't wanted.
inline const float* given(const Tensor& tensor) {
  return TF_TensorElementCount(tensor.get()) > 0 ? floats(tensor) : nullptr;
}

// Refuses an input that isn't empty and doesn't have as many values as expected.
void checkCount(const Tensor& tensor, int64_t count, const char* name, const Status& status);

// b with its rows and columns exchanged: [columns, rows].
std::vector<float> transposed(const float* b, int64_t rows, int64_t columns);

// x times the weights, and the bias, for `count` examples in all steps: [count · steps, width].
void project(const Sequence& s, const float* x, const float* weights, const float* bias, float* gates, int64_t count);

// The sums of the weights' gradients by task: [inputs + 1 + units, width], the bias' in the middle.
class WeightGradients {
 public:
  explicit WeightGradients(const Sequence& s) : s_(s), rows_(s.inputs + 1 + s.units), sums_(s.tasks() * rows_ * s.width) {}

  float* of(int64_t task) { return sums_.data() + task * rows_ * s_.width; }
  void write(float* weights, float* recurrent, float* bias, int64_t biases) const;

 private:
  const Sequence& s_;
  const int64_t rows_;
  std::vector<float> sums_;
};

// Copies x, a 1, and the outputs before, of `count` examples in all steps: [count · steps, inputs + 1 + units].
std::vector<float> operands(const Sequence& s, const float* x, const float* h, const float* first, int64_t count);

// The loops for the processor's instructions.
const RecurrentLoops& recurrentLoops();

// Fake quantization of the output after each step, to the grid of one range; the next step and the next layer read the
// rounded output.
class Rounding {
 public:
  // No rounding where min and max are empty.
  Rounding(const Tensor& min, const Tensor& max, int bits, bool narrow, const Status& status);

  explicit operator bool() const { return on_; }
  void round(const float* exact, float* h, int64_t n) const;
  // Lets gradients for rounded outputs pass within the range.
  void pass(const float* exact, float* dh, int64_t n) const;

 private:
  bool on_, dead_ = false;
  Grid grid_;
};

// The inputs of a layer: `states` are the output before the first step and an LSTM's cell state, which may be empty.
struct Inputs {
  Inputs(TF_OpKernelContext* context, int gates, int states, const Status& status);

  Tensor x, weights, recurrent, bias, states[2], min, max;
  Sequence s;
};

// What the forward pass finds: all outputs and an LSTM's cell states, the gates, and the outputs before rounding if
// they are rounded.
struct Found {
  Tensor h, c, gates, exact;
};

// The gradients that are given, for all outputs, the last one and the last cell state, each of which may be empty.
struct Given {
  Tensor dy, dh, dc;
};

struct LayerGradients {
  Tensor x, weights, recurrent, bias, states[2];
};

// The kind of a layer: what its ops are called, how many gates and states it has, and its passes.
struct Kind {
  const char *name, *gradient;
  int gates, states;
  void (*run)(const Inputs& in, const Found& to, const Rounding& rounding, bool hard);
  void (*runBack)(const Inputs& in, const Found& found, const Given& given, const LayerGradients& to, const Rounding& rounding,
                  bool hard);
};

void* createRecurrent(const Kind& kind, TF_OpKernelConstruction* construction);
void addRecurrent(const Kind& kind, Create create, const Status& status);

// Makes a kind's ops known to TensorFlow.
template <const Kind& kind>
void addRecurrent(const Status& status) {
  addRecurrent(kind, [](TF_OpKernelConstruction* construction) { return createRecurrent(kind, construction); }, status);
}

}  // namespace qatlab
