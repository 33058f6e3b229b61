import type { OperatorName, TensorTypeName } from "./schema/enums.js";

/** The version of each operator for float32, int8 and int16 activations. */
const versions: Record<OperatorName, readonly [number, number, number]> = {
  ADD: [1, 2, 3],
  AVERAGE_POOL_2D: [1, 2, 3],
  BATCH_MATMUL: [1, 2, 3],
  CAST: [1, 1, 1],
  CONCATENATION: [1, 2, 3],
  CONV_2D: [1, 3, 4],
  DEPTHWISE_CONV_2D: [1, 3, 5],
  DEQUANTIZE: [1, 2, 3],
  ELU: [1, 1, 1],
  EXP: [1, 2, 2],
  FULLY_CONNECTED: [1, 4, 7],
  GATHER: [1, 2, 4],
  GELU: [1, 1, 1],
  HARD_SWISH: [1, 1, 1],
  LEAKY_RELU: [1, 2, 2],
  LOGISTIC: [1, 2, 3],
  MAXIMUM: [1, 2, 3],
  MAX_POOL_2D: [1, 2, 3],
  MEAN: [1, 2, 3],
  MINIMUM: [1, 2, 3],
  MUL: [1, 2, 4],
  PAD: [1, 2, 3],
  PRELU: [1, 1, 1],
  QUANTIZE: [1, 2, 2],
  REDUCE_MAX: [1, 2, 3],
  RELU: [1, 2, 3],
  RELU6: [1, 2, 3],
  RELU_N1_TO_1: [1, 1, 1],
  RESHAPE: [1, 1, 1],
  RESIZE_NEAREST_NEIGHBOR: [1, 2, 4],
  REVERSE_V2: [1, 1, 1],
  RSQRT: [1, 2, 3],
  SLICE: [1, 2, 4],
  SOFTMAX: [1, 2, 3],
  SQUARED_DIFFERENCE: [1, 2, 2],
  SUB: [1, 3, 5],
  TANH: [1, 2, 3],
  TRANSPOSE: [1, 2, 4],
  TRANSPOSE_CONV: [3, 3, 3],
  UNIDIRECTIONAL_SEQUENCE_LSTM: [1, 3, 3],
};

/**
 * The version of an operator that works on activations of a type, as TensorFlow's converter states it
 * (tensorflow/compiler/mlir/lite/tools/versioning/op_version.cc).
 */
export function versionOf(code: OperatorName, type: TensorTypeName): number {
  const [float, int8, int16] = versions[code];
  if (type === "INT16") return int16;
  return type === "INT8" ? int8 : float;
}
