import type {
  BatchMatMulOp,
  BinaryOp,
  FusedActivation,
  HardSwishOp,
  LeakyReluOp,
  PreluOp,
  QuantizeOp,
  ReluOp,
  SoftmaxOp,
} from "../../../integer/index.js";
import type { OperatorName } from "../schema/enums.js";
import { type OperatorOptions, withOptions } from "../schema/options.js";
import { activationField } from "./fields.js";
import { refuse } from "./refuse.js";
import type { Translation } from "./translation.js";

const clamps: Record<FusedActivation, OperatorName> = {
  none: "QUANTIZE",
  relu: "RELU",
  relu6: "RELU6",
  reluN1To1: "RELU_N1_TO_1",
};

const arithmetic: Record<BinaryOp["type"], OperatorName> = {
  add: "ADD",
  subtract: "SUB",
  multiply: "MUL",
  maximum: "MAXIMUM",
  minimum: "MINIMUM",
};

export function binary(op: BinaryOp, output: number, translation: Translation): void {
  const isSelection = op.type === "maximum" || op.type === "minimum";
  if (isSelection && op.activation !== "none") {
    throw refuse(
      op.layer,
      `TensorFlow Lite's ${arithmetic[op.type]} has no activation`,
      "put the activation into a layer after it",
    );
  }
  translation.write(output, {
    code: arithmetic[op.type],
    inputs: translation.all(op.inputs),
    options: isSelection ? undefined : arithmeticOptions(op),
  });
}

/** Sums of 16-bit codes are on scales of any size, not on powers of two only. */
function arithmeticOptions({ type, activation }: BinaryOp): OperatorOptions {
  const fused = activationField(activation);
  if (type === "multiply") return withOptions("MulOptions", fused);
  const name = type === "add" ? "AddOptions" : "SubOptions";
  return withOptions(name, { ...fused, potScaleInt16: false });
}

export function batchMatMul(op: BatchMatMulOp, output: number, translation: Translation): void {
  translation.write(output, {
    code: "BATCH_MATMUL",
    inputs: translation.all(op.inputs),
    options: withOptions("BatchMatMulOptions", { adjY: op.transposeB }),
  });
}

export function softmax(op: SoftmaxOp, output: number, translation: Translation): void {
  translation.write(output, {
    code: "SOFTMAX",
    inputs: translation.all(op.inputs),
    options: withOptions("SoftmaxOptions", { beta: 1 }),
  });
}

export function hardSwish(op: HardSwishOp, output: number, translation: Translation): void {
  translation.write(output, { code: "HARD_SWISH", inputs: translation.all(op.inputs) });
}

export function leakyRelu(op: LeakyReluOp, output: number, translation: Translation): void {
  translation.write(output, {
    code: "LEAKY_RELU",
    inputs: translation.all(op.inputs),
    options: withOptions("LeakyReluOptions", { alpha: op.alpha }),
  });
}

export function prelu(op: PreluOp, output: number, translation: Translation): void {
  translation.write(output, { code: "PRELU", inputs: translation.all(op.inputs) });
}

export function relu(op: ReluOp, output: number, translation: Translation): void {
  translation.write(output, { code: clamps[op.activation], inputs: translation.all(op.inputs) });
}

export function quantize(op: QuantizeOp, output: number, translation: Translation): void {
  translation.write(output, { code: "QUANTIZE", inputs: translation.all(op.inputs) });
}
