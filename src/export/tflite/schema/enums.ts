/** How the numbers of a tensor are stored. */
export const tensorType = {
  FLOAT32: 0,
  INT32: 2,
  INT64: 4,
  INT16: 7,
  INT8: 9,
  INT4: 17,
} as const;

/** How a window that reaches over the edge is handled. */
export const padding = { SAME: 0, VALID: 1 } as const;

/** The functions that an operator can apply to its result. */
export const activationFunctionType = {
  NONE: 0,
  RELU: 1,
  RELU_N1_TO_1: 2,
  RELU6: 3,
  TANH: 4,
} as const;

/** The operators of TensorFlow Lite that are written. */
export const builtinOperator = {
  ADD: 0,
  AVERAGE_POOL_2D: 1,
  CONCATENATION: 2,
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 4,
  DEQUANTIZE: 6,
  FULLY_CONNECTED: 9,
  LOGISTIC: 14,
  MAX_POOL_2D: 17,
  MUL: 18,
  RELU: 19,
  RELU_N1_TO_1: 20,
  RELU6: 21,
  RESHAPE: 22,
  SOFTMAX: 25,
  TANH: 28,
  PAD: 34,
  GATHER: 36,
  TRANSPOSE: 39,
  MEAN: 40,
  SUB: 41,
  UNIDIRECTIONAL_SEQUENCE_LSTM: 44,
  EXP: 47,
  CAST: 53,
  PRELU: 54,
  MAXIMUM: 55,
  MINIMUM: 57,
  SLICE: 65,
  TRANSPOSE_CONV: 67,
  RSQRT: 76,
  REDUCE_MAX: 82,
  RESIZE_NEAREST_NEIGHBOR: 97,
  LEAKY_RELU: 98,
  SQUARED_DIFFERENCE: 99,
  REVERSE_V2: 105,
  ELU: 111,
  QUANTIZE: 114,
  HARD_SWISH: 117,
  BATCH_MATMUL: 126,
  GELU: 150,
} as const;

/** The name of an operator. */
export type OperatorName = keyof typeof builtinOperator;

/** The name of a type of numbers. */
export type TensorTypeName = keyof typeof tensorType;

/**
 * The number of each table of options, in the union of all of them. An operator whose table has no fields is written
 * without options.
 */
export const builtinOptions = {
  Conv2DOptions: 1,
  DepthwiseConv2DOptions: 2,
  Pool2DOptions: 5,
  FullyConnectedOptions: 8,
  SoftmaxOptions: 9,
  ConcatenationOptions: 10,
  AddOptions: 11,
  MulOptions: 21,
  GatherOptions: 23,
  ReducerOptions: 27,
  SubOptions: 28,
  CastOptions: 37,
  TransposeConvOptions: 49,
  UnidirectionalSequenceLSTMOptions: 71,
  ResizeNearestNeighborOptions: 74,
  LeakyReluOptions: 75,
  BatchMatMulOptions: 101,
  GeluOptions: 116,
} as const;

/** The name of a table of options. */
export type OptionsName = keyof typeof builtinOptions;
