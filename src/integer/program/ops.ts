/** The runtime kernels whose integer arithmetic is computed. */
export type KernelName = "xnnpack" | "tflite-reference" | "tflite-optimized";

/** A nonlinearity that is no more than a clamp, and so is part of an op. */
export type FusedActivation = "none" | "relu" | "relu6" | "reluN1To1";

/** Functions of one number that are computed by a table of all codes. */
export type TableFunction =
  | "sigmoid"
  | "tanh"
  | "gelu"
  | "exp"
  | "elu"
  | "selu"
  | "softplus"
  | "softsign"
  | "swish"
  | "hardSigmoid"
  | "mish";

/** The nonlinearities of a recurrent layer's gates. */
export type GateFunction = "sigmoid" | "hardSigmoid";

/** The parts that every op has. */
interface Base {
  /** The name of the layer that the op belongs to. */
  readonly layer: string;
  /** The tensors that the op reads, as indices into the program's tensors; −1 for a tensor that is left out. */
  readonly inputs: readonly number[];
  /** The tensor that the op writes, as an index into the program's tensors. */
  readonly output: number;
}

/** The window of a convolution or a pooling. */
interface Window {
  readonly strides: readonly [number, number];
  /** TensorFlow's paddings: `"same"` pads with the zero point, at the end first where the padding is odd. */
  readonly padding: "same" | "valid";
}

/**
 * inputs: x `[1, h, w, in]`, weights `[out, kh, kw, in]` (scales along axis 0), bias `[out]` or −1; output
 * `[1, h', w', out]`. An int32 output takes the accumulators as they are: its scale is that of the bias.
 */
export interface Conv2dOp extends Base, Window {
  readonly type: "conv2d";
  readonly dilations: readonly [number, number];
  readonly activation: FusedActivation;
}

/**
 * inputs: x `[1, h, w, in]`, weights `[1, kh, kw, in · multiplier]` (scales along axis 3; channel c of the input
 * makes the outputs c · multiplier + m), bias `[in · multiplier]` or −1.
 */
export interface DepthwiseConv2dOp extends Base, Window {
  readonly type: "depthwiseConv2d";
  readonly dilations: readonly [number, number];
  readonly multiplier: number;
  readonly activation: FusedActivation;
}

/** inputs: x `[1, h, w, in]`, weights `[out, kh, kw, in]` (scales along axis 0), bias `[out]` or −1. */
export interface TransposedConv2dOp extends Base, Window {
  readonly type: "transposedConv2d";
  readonly activation: FusedActivation;
}

/**
 * inputs: x `[1, …, in]`, weights `[out, in]` (scales along axis 0), bias `[out]` or −1; output `[1, …, out]`. An int32
 * output takes the accumulators as they are.
 */
export interface FullyConnectedOp extends Base {
  readonly type: "fullyConnected";
  readonly activation: FusedActivation;
}

/** inputs: two tensors of one shape, or shapes that broadcast; each tensor has its own scale. */
export interface BinaryOp extends Base {
  readonly type: "add" | "subtract" | "multiply" | "maximum" | "minimum";
  readonly activation: FusedActivation;
}

/** inputs: tensors with the output's scale and zero point. */
export interface ConcatenateOp extends Base {
  readonly type: "concatenate";
  /** From 0, the batch. */
  readonly axis: number;
}

/** inputs: x `[1, h, w, c]`, with the output's scale and zero point. */
export interface PoolOp extends Base, Window {
  readonly type: "maxPool2d" | "averagePool2d";
  readonly size: readonly [number, number];
  readonly activation: FusedActivation;
}

/** The mean over axes, from 0, the batch; the output may have another scale. */
export interface MeanOp extends Base {
  readonly type: "mean";
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** The same codes in another shape, with the output's scale and zero point. */
export interface ReshapeOp extends Base {
  readonly type: "reshape";
}

/** Zero points around the codes: for each axis, batch first, how many before and after. */
export interface PadOp extends Base {
  readonly type: "pad";
  readonly paddings: readonly (readonly [number, number])[];
}

/** The codes from `begin` on, as many as the output's shape has; for each axis, batch first. */
export interface SliceOp extends Base {
  readonly type: "slice";
  readonly begin: readonly number[];
}

/** Each pixel of `[1, h, w, c]` repeated `factors` times down and across. */
export interface ResizeNearestOp extends Base {
  readonly type: "resizeNearest";
  readonly factors: readonly [number, number];
}

/** The axes in another order: output axis i is input axis `order[i]`. */
export interface TransposeOp extends Base {
  readonly type: "transpose";
  readonly order: readonly number[];
}

/** The entries along an axis in reverse order. */
export interface ReverseOp extends Base {
  readonly type: "reverse";
  readonly axis: number;
}

/** Softmax over the last axis; the output has scale 1/256 and zero point −128 (int8), as runtimes demand. */
export interface SoftmaxOp extends Base {
  readonly type: "softmax";
}

/** A function of each code, by a table of 256 codes. */
export interface TableOp extends Base {
  readonly type: "table";
  readonly function: TableFunction;
}

/** x · relu6(x + 3) / 6, in 16-bit fixed point. */
export interface HardSwishOp extends Base {
  readonly type: "hardSwish";
}

/** x for x ≥ 0, else `alpha` · x. */
export interface LeakyReluOp extends Base {
  readonly type: "leakyRelu";
  readonly alpha: number;
}

/** inputs: x, and slopes of a shape that broadcasts to it (one scale). x for x ≥ 0, else slope · x. */
export interface PreluOp extends Base {
  readonly type: "prelu";
}

/** A clamp that stands alone, also into another scale. */
export interface ReluOp extends Base {
  readonly type: "relu";
  readonly activation: FusedActivation;
}

/** The same values on another scale. */
export interface QuantizeOp extends Base {
  readonly type: "quantize";
}

/** inputs: indices `[1, n]` (int32), a table `[rows, width]`, whose scale the output has. */
export interface GatherOp extends Base {
  readonly type: "gather";
}

/** inputs: a `[1, …, m, k]`, b `[1, …, k, n]`; `transposeB`: b is `[1, …, n, k]`. */
export interface BatchMatMulOp extends Base {
  readonly type: "batchMatMul";
  readonly transposeB: boolean;
}

/**
 * LiteRT's LSTM with 8-bit weights and activations and a 16-bit cell state. inputs: x `[1, time, in]`; the kernels of
 * the input, forget, cell and output gates `[units, in]`; the recurrent kernels of the four `[units, units]`;
 * their biases `[units]` (int32, on the scale of x times that of the gate's kernel). Output: the hidden states
 * `[1, time, units]`.
 */
export interface LstmOp extends Base {
  readonly type: "lstm";
  /** The scale of the cell state is 2 to the power of this number; of no account in a float program. */
  readonly cellExponent: number;
  /** The nonlinearity of the gates. Default `"sigmoid"`, the only one of an integer program. */
  readonly gates?: GateFunction;
}

/**
 * A layer that stays in float: the values of its inputs' codes go in, and the codes of its values come out. A program
 * with such an op runs in the engine only, and isn't saved.
 */
export interface FloatOp extends Base {
  readonly type: "float";
  readonly compute: (inputs: Float32Array[]) => Float32Array;
}

/**
 * A gated recurrent unit in the manner of {@link LstmOp}, for the engine only: no file format carries it. inputs: x
 * `[1, time, in]`; the kernels of the update gate, the reset gate and the candidate `[units, in]`; the recurrent
 * kernels of the three `[units, units]`; their biases `[units]` (int32, on the scale of x times that of the kernel); with
 * `resetAfter` the recurrent biases of the three (int32, on the output's scale times that of the recurrent kernel), or
 * −1. Output: the hidden states `[1, time, units]`.
 */
export interface GruOp extends Base {
  readonly type: "gru";
  /** Whether the reset gate multiplies the recurrent product, as Keras has it by default, or the hidden state. */
  readonly resetAfter: boolean;
  /** The nonlinearity of the gates. Default `"sigmoid"`, the only one of an integer program. */
  readonly gates?: GateFunction;
}

/**
 * A simple recurrent layer with tanh in the manner of {@link LstmOp}, for the engine only. inputs: x `[1, time, in]`, a
 * kernel `[units, in]`, a recurrent kernel `[units, units]`, a bias `[units]` (int32, on the scale of x times that of
 * the kernel). Output: the hidden states `[1, time, units]`.
 */
export interface SimpleRnnOp extends Base {
  readonly type: "simpleRnn";
}

/**
 * Layer normalization over the last axis in integers (I-BERT, Kim et al. 2021, section 3.6), for the engine only.
 * inputs: x `[1, …, n]`; gamma `[n]` (int8); beta `[n]` (int32, on gamma's scale / 4096).
 */
export interface LayerNormOp extends Base {
  readonly type: "layerNorm";
  /** The number that is added to the variance. */
  readonly epsilon: number;
}

/**
 * Softmax over the last axis in integers (I-BERT, Kim et al. 2021, section 3.5), for the engine only; the output has
 * scale 1/256 and zero point −128.
 */
export interface IntegerSoftmaxOp extends Base {
  readonly type: "integerSoftmax";
}

/** The same codes on a scale that differs by a factor, so that the factor needs no arithmetic; for the engine only. */
export interface ReinterpretOp extends Base {
  readonly type: "reinterpret";
}

/** An op that only the engine computes: no format of a file has it. */
export type EngineOp =
  | FloatOp
  | GruOp
  | SimpleRnnOp
  | LayerNormOp
  | IntegerSoftmaxOp
  | ReinterpretOp;

/** One op of an integer model. */
export type IntegerOp =
  | Conv2dOp
  | DepthwiseConv2dOp
  | TransposedConv2dOp
  | FullyConnectedOp
  | BinaryOp
  | ConcatenateOp
  | PoolOp
  | MeanOp
  | ReshapeOp
  | PadOp
  | SliceOp
  | ResizeNearestOp
  | TransposeOp
  | ReverseOp
  | SoftmaxOp
  | TableOp
  | HardSwishOp
  | LeakyReluOp
  | PreluOp
  | ReluOp
  | QuantizeOp
  | GatherOp
  | BatchMatMulOp
  | LstmOp
  | EngineOp;

/** The name of an op. */
export type OpType = IntegerOp["type"];
