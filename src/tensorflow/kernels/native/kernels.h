#pragma once

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "convolutionLoops.h"
#include "loops.h"
#include "pooledGradientLoops.h"
#include "tensorflow.h"

namespace qatlab {

struct DeleteStatus {
  void operator()(TF_Status* status) const { TF_DeleteStatus(status); }
};
struct DeleteTensor {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
using Status = std::unique_ptr<TF_Status, DeleteStatus>;
using Tensor = std::unique_ptr<TF_Tensor, DeleteTensor>;

inline Status newStatus() { return Status(TF_NewStatus()); }
inline bool failed(const Status& status) { return TF_GetCode(status.get()) != TF_OK; }

inline float* floats(const Tensor& tensor) { return static_cast<float*>(TF_TensorData(tensor.get())); }

// An input of an op; the status says if there is none.
Tensor input(TF_OpKernelContext* context, int index, const Status& status);
// An output of the shape of another tensor.
Tensor outputLike(TF_OpKernelContext* context, int index, const Tensor& like, const Status& status);

// An output of given lengths.
Tensor output(TF_OpKernelContext* context, int index, const int64_t* dims, int rank, const Status& status);
// The same for bytes.
Tensor bytes(TF_OpKernelContext* context, int index, const int64_t* dims, int rank, const Status& status);

using Create = void* (*)(TF_OpKernelConstruction*);
using Compute = void (*)(void*, TF_OpKernelContext*);

// Runs a kernel. Memory that isn't there fails the op, not the process.
template <Compute compute>
void guarded(void* kernel, TF_OpKernelContext* context) {
  try {
    compute(kernel, context);
  } catch (const std::exception& error) {
    Status status = newStatus();
    TF_SetStatus(status.get(), TF_RESOURCE_EXHAUSTED, (std::string("a kernel needs more memory: ") + error.what()).c_str());
    TF_OpKernelContext_Failure(context, status.get());
  }
}

// Makes an op's kernel known to TensorFlow.
void addKernel(const char* op, Create create, Compute compute, void (*destroy)(void*), const Status& status);

// An op and its kernel: the names and types of its attributes, inputs and outputs, and what infers its shapes.
struct Op {
  const char* name;
  std::vector<const char*> attributes, inputs, outputs;
  void (*shapes)(TF_ShapeInferenceContext*, TF_Status*);
  Create create;
  Compute compute;
  void (*destroy)(void*);
};

// Makes an op and its kernel known to TensorFlow, unless the status has failed before.
void addOp(const Op& op, const Status& status);

// Gives an output the shape of an input, in a function that infers shapes.
void likeInput(TF_ShapeInferenceContext* context, int output, int input, TF_Status* status);

// The loops for the processor's instructions.
const Loops& loops();
const ConvolutionLoops& convolutionLoops();
const PooledGradientLoops& pooledGradientLoops();

void addFakeQuant(const Status& status);
void addReluGradient(const Status& status);
void addConvolution(const Status& status);
void addDepthwise(const Status& status);
void addLstm(const Status& status);
void addGru(const Status& status);
void addLayerNormalization(const Status& status);
void addMinifloat(const Status& status);

}  // namespace qatlab
