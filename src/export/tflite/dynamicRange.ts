import type { FileModel, FileOperator, FileTensor } from "./fileModel.js";
import type { OperatorName } from "./schema/enums.js";

/**
 * The operators that take int8 weights and float32 activations, with their version then, and the axis of the weights
 * along which scales differ.
 */
const hybrids: Partial<Record<OperatorName, { version: number; axis: number }>> = {
  CONV_2D: { version: 5, axis: 0 },
  DEPTHWISE_CONV_2D: { version: 6, axis: 3 },
  FULLY_CONNECTED: { version: 12, axis: 0 },
};

/** The largest code of a weight; −128 isn't used, so that codes are symmetric. */
const largest = 127;

/**
 * The file with int8 weights, one scale for each output channel: the runtime quantizes each input of an operator while it
 * runs. Weights of every size are taken; TensorFlow's converter leaves those with fewer than 1,024 in float.
 */
export function withDynamicRange(file: FileModel): FileModel {
  const axes = new Map<number, number>();
  const operators = file.operators.map((operator): FileOperator => {
    const hybrid = hybrids[operator.code];
    if (!hybrid) return operator;
    axes.set(operator.inputs[1]!, hybrid.axis);
    return { ...operator, version: hybrid.version };
  });
  const tensors = file.tensors.map((tensor, i) => {
    const axis = axes.get(i);
    return axis === undefined ? tensor : quantized(tensor, axis);
  });
  return { ...file, tensors, operators };
}

function quantized(tensor: FileTensor, axis: number): FileTensor {
  const { shape } = tensor;
  const values = tensor.data as Float32Array;
  const channels = shape[axis]!;
  const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const channelOf = (i: number) => Math.floor(i / stride) % channels;
  const extents = new Float32Array(channels);
  values.forEach((value, i) => {
    const channel = channelOf(i);
    extents[channel] = Math.max(extents[channel]!, Math.abs(value));
  });
  // A channel of zeros has any scale.
  const scale = extents.map((extent) => (extent > 0 ? extent / largest : 1));
  const data = Int8Array.from(values, (value, i) => Math.round(value / scale[channelOf(i)]!));
  const quantization = { scale, zeroPoint: new Int32Array(channels), axis };
  return { ...tensor, type: "INT8", quantization, data };
}
