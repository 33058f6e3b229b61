import type {
  Conv2dOp,
  DepthwiseConv2dOp,
  FullyConnectedOp,
  TransposedConv2dOp,
} from "../../../integer/index.js";
import { isFloat } from "../../onnx/program.js";
import { withOptions } from "../schema/options.js";
import { withBias } from "./biases.js";
import { activationField, windowFields } from "./fields.js";
import { isGlobalSum, writeGlobalSum } from "./globalSum.js";
import type { Translation } from "./translation.js";

/** The version of convolutions with weights of 4 bits; resolvers know a later one for Conv2D only. */
const packedVersions = { conv2d: 7, depthwiseConv2d: 6 };

function versionFor(op: Conv2dOp | DepthwiseConv2dOp, translation: Translation) {
  return translation.isPacked(op.inputs[1]!) ? packedVersions[op.type] : undefined;
}

export function conv2d(op: Conv2dOp, output: number, translation: Translation): void {
  const [dilationHFactor, dilationWFactor] = op.dilations;
  translation.write(output, {
    code: "CONV_2D",
    version: versionFor(op, translation),
    inputs: withBias(op, translation.tensor(op.inputs[1]!).shape[0]!, translation),
    options: withOptions("Conv2DOptions", {
      ...windowFields(op),
      ...activationField(op.activation),
      dilationHFactor,
      dilationWFactor,
    }),
  });
}

export function depthwiseConv2d(
  op: DepthwiseConv2dOp,
  output: number,
  translation: Translation,
): void {
  if (isGlobalSum(op, translation)) {
    writeGlobalSum(op, output, translation);
    return;
  }
  const [dilationHFactor, dilationWFactor] = op.dilations;
  translation.write(output, {
    code: "DEPTHWISE_CONV_2D",
    version: versionFor(op, translation),
    inputs: withBias(op, translation.tensor(op.inputs[1]!).shape[3]!, translation),
    options: withOptions("DepthwiseConv2DOptions", {
      ...windowFields(op),
      ...activationField(op.activation),
      depthMultiplier: op.multiplier,
      dilationHFactor,
      dilationWFactor,
    }),
  });
}

/** The operator has the shape of its output as an input, before the weights. */
export function transposedConv2d(
  op: TransposedConv2dOp,
  output: number,
  translation: Translation,
): void {
  const [x, weights, ...bias] = translation.all(op.inputs) as [number, number, ...number[]];
  const shape = translation.draft.integers(`${op.layer}/shape`, translation.shapeOf(op.output));
  translation.write(output, {
    code: "TRANSPOSE_CONV",
    inputs: [shape, weights, x, ...bias],
    options: withOptions("TransposeConvOptions", {
      ...windowFields(op),
      ...activationField(op.activation),
    }),
  });
}

export function fullyConnected(
  op: FullyConnectedOp,
  output: number,
  translation: Translation,
): void {
  const keepNumDims = translation.tensor(op.output).shape.length > 2;
  translation.write(output, {
    code: "FULLY_CONNECTED",
    version: fullyConnectedVersion(op, translation, keepNumDims),
    inputs: translation.all(op.inputs),
    options: withOptions("FullyConnectedOptions", {
      ...activationField(op.activation),
      keepNumDims,
    }),
  });
}

function fullyConnectedVersion(
  { inputs: [x, weights, bias] }: FullyConnectedOp,
  translation: Translation,
  keepNumDims: boolean,
): number {
  const kernel = translation.tensor(weights!);
  const { type } = translation.tensor(x!);
  const perChannel = !isFloat(kernel) && kernel.scale.length > 1;
  if (perChannel || translation.isPacked(weights!)) return 12;
  if (type === "int16") return 7;
  if (bias === undefined || bias < 0) return 6;
  if (keepNumDims) return 5;
  return type === "float32" ? 1 : 4;
}
