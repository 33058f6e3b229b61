import type { IntegerOp } from "../../../integer/index.js";
import { type AnyTensor, isFloat, type Program } from "../../onnx/program.js";

/** Ops that TensorFlow Lite computes with weights of 4 bits. */
const packable: readonly IntegerOp["type"][] = ["conv2d", "depthwiseConv2d", "fullyConnected"];

/** The weights that fit 4 bits. */
export function packedWeights({ ops, tensors }: Program): Set<number> {
  const weights = ops.filter(({ type }) => packable.includes(type)).map(({ inputs }) => inputs[1]!);
  return new Set(weights.filter((index) => fits(tensors[index]!)));
}

function fits(tensor: AnyTensor): boolean {
  if (isFloat(tensor)) return false;
  const { codes, type, smallest, largest, zeroPoint } = tensor;
  const inside = smallest >= -8 && largest <= 7;
  return codes !== undefined && type === "int8" && inside && zeroPoint.every((code) => code === 0);
}
