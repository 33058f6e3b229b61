import type { IntegerTensor } from "../../../integer/index.js";
import { isFloat } from "../../onnx/program.js";
import type { FileTensor } from "../fileModel.js";
import type { Translation } from "./translation.js";

/** An op that multiplies its input with weights, and adds a bias, −1 or absent if there is none. */
interface Summing {
  readonly layer: string;
  readonly inputs: readonly number[];
}

/** The inputs of a convolution. TensorFlow Lite demands a bias, so that zeros stand for one that is absent. */
export function withBias(op: Summing, channels: number, translation: Translation): number[] {
  const inputs = translation.all(op.inputs);
  if (inputs.length > 2) return inputs;
  return [...inputs, translation.draft.tensor(zeros(op, channels, translation))];
}

function zeros({ layer, inputs }: Summing, channels: number, translation: Translation): FileTensor {
  const [x, weights] = inputs.map((index) => translation.tensor(index));
  const named = { name: `${layer}/zeros`, shape: [channels] };
  if (isFloat(x!)) return { ...named, type: "FLOAT32", data: new Float32Array(channels) };
  const { scale, zeroPoint } = weights as IntegerTensor;
  const product = scale.map((each) => each * x!.scale[0]!);
  const quantization = { scale: product, zeroPoint: new Int32Array(zeroPoint.length), axis: 0 };
  const isWide = x!.type === "int16";
  return isWide
    ? { ...named, type: "INT64", quantization, data: new Float64Array(channels) }
    : { ...named, type: "INT32", quantization, data: new Int32Array(channels) };
}
