// Makes the kernels known to the TensorFlow that tfjs-node has loaded. Node loads this file as an addon.
#include <node_api.h>

#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "depthwiseLoops.h"
#include "histogram.h"
#include "kernels.h"
#include "minifloatLoops.h"
#include "pool.h"
#include "recurrentLoops.h"

namespace qatlab {

Tensor input(TF_OpKernelContext* context, int index, const Status& status) {
  TF_Tensor* tensor = nullptr;
  if (!failed(status)) TF_GetInput(context, index, &tensor, status.get());
  return Tensor(tensor);
}

Tensor outputLike(TF_OpKernelContext* context, int index, const Tensor& like, const Status& status) {
  if (failed(status)) return nullptr;
  std::vector<int64_t> dims(TF_NumDims(like.get()));
  for (int i = 0; i < (int)dims.size(); i++) dims[i] = TF_Dim(like.get(), i);
  return output(context, index, dims.data(), (int)dims.size(), status);
}

namespace {

Tensor allocate(TF_OpKernelContext* context, int index, TF_DataType type, size_t bytes, const int64_t* dims, int rank,
                const Status& status) {
  if (failed(status)) return nullptr;
  for (int i = 0; i < rank; i++) bytes *= dims[i];
  return Tensor(TF_AllocateOutput(context, index, type, dims, rank, bytes, status.get()));
}

}  // namespace

Tensor output(TF_OpKernelContext* context, int index, const int64_t* dims, int rank, const Status& status) {
  return allocate(context, index, TF_FLOAT, sizeof(float), dims, rank, status);
}

Tensor bytes(TF_OpKernelContext* context, int index, const int64_t* dims, int rank, const Status& status) {
  return allocate(context, index, TF_UINT8, 1, dims, rank, status);
}

void addKernel(const char* op, Create create, Compute compute, void (*destroy)(void*), const Status& status) {
  TF_RegisterKernelBuilder(op, TF_NewKernelBuilder(op, "CPU", create, compute, destroy), status.get());
}

void addOp(const Op& op, const Status& status) {
  if (failed(status)) return;
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(op.name);
  for (const char* attribute : op.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, op.shapes);
  TF_RegisterOpDefinition(definition, status.get());
  if (!failed(status)) addKernel(op.name, op.create, op.compute, op.destroy, status);
}

void likeInput(TF_ShapeInferenceContext* context, int output, int input, TF_Status* status) {
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, input, shape, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, output, shape, status);
  TF_DeleteShapeHandle(shape);
}

namespace {

// The ops, their attributes and the functions below have this version; src/tensorflow/loading/kernels.node.ts
// names it too. A change of them needs another number.
constexpr int32_t kVersion = 9;

struct Instructions {
  const char* name;
  const Loops* loops;
  const ConvolutionLoops* convolutions;
  const PooledGradientLoops* pooledGradients;
  const DepthwiseLoops* depthwise;
  const RecurrentLoops* recurrent;
  const MinifloatLoops* minifloats;
  bool available;
};

#if defined(__x86_64__) && !defined(QATLAB_WITHOUT_AVX)
// Whether the processor and the system have AVX2 and FMA, or AVX-512 with its parts F, DQ, BW and VL. The compilers' own
// __builtin_cpu_supports isn't linked into a library by zig.
bool hasAvx(bool wide) {
  unsigned a, b, c, d;
  const unsigned kOsSaves = 1u << 27, kFma = 1u << 12, first = kOsSaves | kFma;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & first) != first) return false;
  unsigned saved, high;
  asm volatile("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
  const unsigned registers = wide ? 0xe6 : 0x06;
  const unsigned parts = 1u << 5 | (wide ? 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31 : 0);
  if ((saved & registers) != registers || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  return (b & parts) == parts;
}
#endif

// The sets of instructions, the widest first.
const std::vector<Instructions>& sets() {
#if defined(__x86_64__)
  static const std::vector<Instructions> all = {
// A build with QATLAB_WITHOUT_AVX takes the loops of old processors on a new one: the tests run these loops so.
#if !defined(QATLAB_WITHOUT_AVX)
      {"avx512", &kAvx512, &kAvx512Convolution, &kAvx512PooledGradient, &kAvx512Depthwise, &kAvx512Recurrent, &kAvx512Minifloat, hasAvx(true)},
      {"avx2", &kAvx2, &kAvx2Convolution, &kAvx2PooledGradient, &kAvx2Depthwise, &kAvx2Recurrent, &kAvx2Minifloat, hasAvx(false)},
#endif
      {"sse4.2", &kBaseline, &kBaselineConvolution, &kBaselinePooledGradient, &kBaselineDepthwise, &kBaselineRecurrent, &kBaselineMinifloat, true}};
#elif defined(__aarch64__)
  static const std::vector<Instructions> all = {{"neon", &kBaseline, &kBaselineConvolution, &kBaselinePooledGradient, &kBaselineDepthwise, &kBaselineRecurrent, &kBaselineMinifloat, true}};
#else
  static const std::vector<Instructions> all = {{"plain", &kBaseline, &kBaselineConvolution, &kBaselinePooledGradient, &kBaselineDepthwise, &kBaselineRecurrent, &kBaselineMinifloat, true}};
#endif
  return all;
}

const Instructions* chosen() {
  for (const Instructions& set : sets()) {
    if (set.available) return &set;
  }
  return &sets().back();
}

const Instructions* current = chosen();

// Ops can be registered once in a process, which may load the addon in several threads.
std::string registerOnce() {
  static std::once_flag once;
  static std::string fault;
  std::call_once(once, [] {
    Status status = newStatus();
    addFakeQuant(status);
    if (!failed(status)) addReluGradient(status);
    if (!failed(status)) addConvolution(status);
    addDepthwise(status);
    addLstm(status);
    addGru(status);
    addLayerNormalization(status);
    addMinifloat(status);
    if (failed(status)) fault = TF_Message(status.get());
  });
  return fault;
}

napi_value text(napi_env env, const char* value) {
  napi_value result;
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result);
  return result;
}

// instructions(name?): the names of the sets that the processor has, the one in use first; a name chooses.
napi_value instructions(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, list;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  char name[16] = "";
  if (count > 0) napi_get_value_string_utf8(env, argument, name, sizeof name, nullptr);
  for (const Instructions& set : sets()) {
    if (set.available && std::strcmp(set.name, name) == 0) current = &set;
  }
  napi_create_array(env, &list);
  uint32_t length = 0;
  napi_set_element(env, list, length++, text(env, current->name));
  for (const Instructions& set : sets()) {
    if (set.available && &set != current) napi_set_element(env, list, length++, text(env, set.name));
  }
  return list;
}

// threads(count?): how many threads an op may use; a number changes it.
napi_value threadCount(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  int32_t wanted = 0;
  if (count > 0 && napi_get_value_int32(env, argument, &wanted) == napi_ok) setThreads(wanted);
  napi_create_int32(env, threads(), &result);
  return result;
}

}  // namespace

napi_value version(napi_env env) {
  napi_value result;
  napi_create_int32(env, kVersion, &result);
  return result;
}

const Loops& loops() { return *current->loops; }
const DepthwiseLoops& depthwiseLoops() { return *current->depthwise; }
const RecurrentLoops& recurrentLoops() { return *current->recurrent; }
const MinifloatLoops& minifloatLoops() { return *current->minifloats; }

const ConvolutionLoops& convolutionLoops() { return *current->convolutions; }
const PooledGradientLoops& pooledGradientLoops() { return *current->pooledGradients; }

}  // namespace qatlab

NAPI_MODULE_INIT() {
  const std::string fault = qatlab::registerOnce();
  if (!fault.empty()) {
    napi_throw_error(env, nullptr, fault.c_str());
    return exports;
  }
  const napi_property_descriptor properties[] = {
      {"version", nullptr, nullptr, nullptr, nullptr, qatlab::version(env), napi_enumerable, nullptr},
      {"instructions", nullptr, qatlab::instructions, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"threads", nullptr, qatlab::threadCount, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"ends", nullptr, qatlab::ends, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"tally", nullptr, qatlab::tally, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof properties / sizeof *properties, properties);
  return exports;
}
