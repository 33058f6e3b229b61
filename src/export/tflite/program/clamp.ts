import type { IntegerOp, IntegerTensor, OpType } from "../../../integer/index.js";
import { isFloat } from "../../onnx/program.js";
import { isLookedUp } from "./lookUp.js";
import type { Translation } from "./translation.js";

/** Ops whose results lie between the smallest and the largest code of what they read. */
const selecting: ReadonlySet<OpType> = new Set<OpType>([
  "maxPool2d",
  "averagePool2d",
  "concatenate",
  "reshape",
  "pad",
  "slice",
  "resizeNearest",
  "transpose",
  "reverse",
  "gather",
  "maximum",
  "minimum",
]);

/** The codes that a tensor has besides those that its op gives by itself. */
export interface Clamp {
  smallest?: number;
  largest?: number;
}

/**
 * The ends of a tensor's codes that its operator doesn't keep by itself, because operators clamp to the codes of
 * the type and of the fused activation only; `undefined` if there are none.
 */
export function clampAfter(op: IntegerOp, translation: Translation): Clamp | undefined {
  const { program } = translation;
  const output = program.tensors[op.output]!;
  if (isFloat(output)) return undefined;
  if (op.type === "table" && isLookedUp(op, translation)) return undefined;
  if (selecting.has(op.type)) {
    const inputs = op.inputs.map((index) => program.tensors[index] as IntegerTensor);
    const inside = inputs
      .filter(({ type }) => type === output.type)
      .every(({ smallest, largest }) => smallest >= output.smallest && largest <= output.largest);
    if (inside) return undefined;
  }
  return clampWithin(output, reach(op, output));
}

/** The ends of a tensor's codes that lie inside a range. */
export function clampWithin(
  { smallest, largest }: IntegerTensor,
  range: { smallest: number; largest: number },
): Clamp | undefined {
  const clamp = {
    smallest: smallest > range.smallest ? smallest : undefined,
    largest: largest < range.largest ? largest : undefined,
  };
  return clamp.smallest === undefined && clamp.largest === undefined ? undefined : clamp;
}

/** The smallest and the largest code of a tensor's type. */
export function endsOf({ type }: IntegerTensor): { smallest: number; largest: number } {
  const half = type === "int8" ? 2 ** 7 : 2 ** 15;
  return { smallest: -half, largest: half - 1 };
}

/** The codes that an operator can give. */
function reach(op: IntegerOp, output: IntegerTensor): { smallest: number; largest: number } {
  const ends = endsOf(output);
  const activation = "activation" in op ? op.activation : "none";
  const zero = output.zeroPoint[0]!;
  const code = (value: number) => zero + Math.round(value / output.scale[0]!);
  if (activation === "none") return ends;
  const [low, high] = activation === "reluN1To1" ? [code(-1), code(1)] : [zero, code(6)];
  return {
    smallest: Math.max(ends.smallest, low),
    largest: activation === "relu" ? ends.largest : Math.min(ends.largest, high),
  };
}

/** Adds MAXIMUM and MINIMUM between a tensor and the tensor that keeps the ends. */
export function writeClamp(
  clamp: Clamp,
  { from, to }: { from: number; to: number },
  translation: Translation,
): void {
  const { draft } = translation;
  const { name, type, quantization } = draft.tensors[to]!;
  const shape = draft.tensors[to]!.shape;
  const Codes = type === "INT8" ? Int8Array : Int16Array;
  const bound = (end: string, code: number) =>
    draft.tensor({ name: `${name}/${end}`, shape: [1], type, quantization, data: Codes.of(code) });
  let last = from;
  if (clamp.smallest !== undefined) {
    const lowest = bound("smallest", clamp.smallest);
    const output =
      clamp.largest === undefined
        ? to
        : draft.tensor({ name: `${name}/raised`, shape, type, quantization });
    translation.write(output, { code: "MAXIMUM", inputs: [last, lowest] });
    last = output;
  }
  if (clamp.largest !== undefined) {
    translation.write(to, { code: "MINIMUM", inputs: [last, bound("largest", clamp.largest)] });
  }
}
