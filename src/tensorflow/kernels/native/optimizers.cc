// An optimizer's step for all variables in one op, with the arithmetic of TensorFlow's ResourceApplyAdam and
// ResourceApplyMomentum.
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "kernels.h"
#include "pool.h"

namespace qatlab {
namespace {

constexpr int64_t kTask = 1 << 14;

struct Attributes {
  int count;
  bool nesterov;
};

void copy(TF_OpKernelContext*, TF_Tensor* source, TF_Tensor* target) {
  std::memcpy(TF_TensorData(target), TF_TensorData(source), TF_TensorByteSize(source));
}

// A variable with its slots and its gradient.
struct Step {
  std::vector<Tensor> variables;
  Tensor gradient;
  float* at(int i) const { return floats(variables[i]); }
};

// The variables are inputs 0 to count − 1, followed by as many of each kind of slot; the gradients come last, after
// the numbers.
std::vector<Step> steps(TF_OpKernelContext* context, int count, int kinds, int numbers, const Status& status) {
  std::vector<Step> all(count);
  for (int i = 0; i < count && !failed(status); i++) {
    for (int kind = 0; kind < kinds && !failed(status); kind++) {
      TF_Tensor* tensor = nullptr;
      TF_GetInputTensorFromVariable(context, kind * count + i, true, false, false, copy, &tensor, status.get());
      all[i].variables.emplace_back(tensor);
    }
    if (failed(status)) break;
    all[i].gradient = input(context, kinds * count + numbers + i, status);
    if (failed(status)) break;
    for (const Tensor& variable : all[i].variables) {
      if (TF_TensorElementCount(variable.get()) == TF_TensorElementCount(all[i].gradient.get())) continue;
      TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "a gradient or a slot doesn't have its variable's shape");
    }
  }
  return all;
}

// Calls `run(step, first value, values)` for parts of all variables.
template <typename Run>
void inParts(const std::vector<Step>& all, const Run& run) {
  struct Part {
    int step;
    int64_t at, n;
  };
  std::vector<Part> parts;
  int64_t values = 0;
  for (int i = 0; i < (int)all.size(); i++) {
    const int64_t size = TF_TensorElementCount(all[i].gradient.get());
    values += size;
    for (int64_t at = 0; at < size; at += kTask) parts.push_back({i, at, size - at < kTask ? size - at : kTask});
  }
  forEachTask((int64_t)parts.size(), values, [&](int64_t task) {
    const Part& part = parts[task];
    run(all[part.step], part.at, part.n);
  });
}

// The scalar inputs.
std::vector<float> numbers(TF_OpKernelContext* context, int first, int count, const Status& status) {
  std::vector<float> values;
  for (int i = 0; i < count && !failed(status); i++) {
    const Tensor tensor = input(context, first + i, status);
    if (failed(status)) break;
    if (TF_TensorElementCount(tensor.get()) != 1) {
      TF_SetStatus(status.get(), TF_INVALID_ARGUMENT, "a setting of an optimizer isn't a number");
    } else {
      values.push_back(*floats(tensor));
    }
  }
  return values;
}

// Runs an update of `kinds` variables each, with the numbers among the inputs.
template <int kinds, int settings, typename Update>
void compute(void* kernel, TF_OpKernelContext* context, const Update& update) {
  const Attributes& a = *static_cast<Attributes*>(kernel);
  Status status = newStatus();
  std::vector<int> variables(kinds * a.count);
  for (int i = 0; i < kinds * a.count; i++) variables[i] = i;
  TF_VariableInputLockHolder* locks = nullptr;
  TF_MaybeLockVariableInputMutexesInOrder(context, true, false, variables.data(), variables.size(), copy, &locks,
                                          status.get());
  if (!failed(status)) {
    const std::vector<float> values = numbers(context, kinds * a.count, settings, status);
    std::vector<Step> all;
    if (!failed(status)) all = steps(context, a.count, kinds, settings, status);
    if (!failed(status)) update(all, values, a);
  }
  if (locks) TF_ReleaseVariableInputLockHolder(locks);
  if (failed(status)) TF_OpKernelContext_Failure(context, status.get());
}

void adam(void* kernel, TF_OpKernelContext* context) {
  compute<3, 6>(kernel, context, [](const std::vector<Step>& all, const std::vector<float>& s, const Attributes&) {
    const float power1 = s[0], power2 = s[1], rate = s[2], beta1 = s[3], beta2 = s[4], epsilon = s[5];
    const float alpha = rate * std::sqrt(1.0f - power2) / (1.0f - power1);
    inParts(all, [&](const Step& step, int64_t at, int64_t n) {
      loops().adam(step.at(0) + at, step.at(1) + at, step.at(2) + at, floats(step.gradient) + at, n, alpha,
                   1.0f - beta1, 1.0f - beta2, epsilon);
    });
  });
}

void momentum(void* kernel, TF_OpKernelContext* context) {
  compute<2, 2>(kernel, context, [](const std::vector<Step>& all, const std::vector<float>& s, const Attributes& a) {
    inParts(all, [&](const Step& step, int64_t at, int64_t n) {
      loops().momentum(step.at(0) + at, step.at(1) + at, floats(step.gradient) + at, n, s[0], s[1], a.nesterov);
    });
  });
}

void* create(TF_OpKernelConstruction* construction) {
  Status status = newStatus();
  int32_t count = 0;
  unsigned char nesterov = 0;
  TF_OpKernelConstruction_GetAttrInt32(construction, "N", &count, status.get());
  if (!failed(status)) TF_OpKernelConstruction_GetAttrBool(construction, "use_nesterov", &nesterov, status.get());
  if (failed(status)) TF_OpKernelConstruction_Failure(construction, status.get());
  return new Attributes{count, nesterov != 0};
}

void destroy(void* kernel) { delete static_cast<Attributes*>(kernel); }

void noShapes(TF_ShapeInferenceContext*, TF_Status*) {}

void add(const char* name, const std::vector<const char*>& variables, const std::vector<const char*>& settings,
         Compute compute, const Status& status) {
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  TF_OpDefinitionBuilderAddAttr(op, "N: int >= 1");
  TF_OpDefinitionBuilderAddAttr(op, "use_nesterov: bool = false");
  for (const char* variable : variables) {
    TF_OpDefinitionBuilderAddInput(op, (std::string(variable) + ": N * resource").c_str());
  }
  for (const char* setting : settings) {
    TF_OpDefinitionBuilderAddInput(op, (std::string(setting) + ": float").c_str());
  }
  TF_OpDefinitionBuilderAddInput(op, "gradient: N * float");
  TF_OpDefinitionBuilderSetIsStateful(op, true);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, noShapes);
  TF_RegisterOpDefinition(op, status.get());
  if (!failed(status)) addKernel(name, create, compute, destroy, status);
}

}  // namespace

void addOptimizers(const Status& status) {
  add("QatlabAdam", {"variable", "m", "v"}, {"beta1_power", "beta2_power", "rate", "beta1", "beta2", "epsilon"}, adam,
      status);
  if (failed(status)) return;
  add("QatlabMomentum", {"variable", "sum"}, {"rate", "momentum"}, momentum, status);
}

}  // namespace qatlab
