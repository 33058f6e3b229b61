import type { IntegerProgram, OpType } from "../program/index.js";
import { refusal } from "./refusal.js";

/** The ops that take codes of 16 bits, as TensorFlow Lite's kernels do. */
const wide: ReadonlySet<OpType> = new Set<OpType>([
  ...(["conv2d", "depthwiseConv2d", "fullyConnected"] as const),
  ...(["add", "subtract", "multiply", "maximum", "minimum"] as const),
  ...(["maxPool2d", "averagePool2d", "concatenate", "quantize", "float"] as const),
  ...(["reshape", "pad", "slice", "resizeNearest", "transpose", "reverse"] as const),
]);

/** @throws TypeError if an op that takes 8-bit codes only has codes of 16 bits; the message names the layer */
export function checkWidth({ ops, tensors }: IntegerProgram): void {
  for (const { type, layer, inputs, output } of ops) {
    if (wide.has(type)) continue;
    if (![...inputs, output].some((index) => tensors[index]?.type === "int16")) continue;
    throw refusal(
      layer,
      `there is no ${type} of 16-bit activations (expected 8 bits for the layers around it, as in q.scheme({ weights: q.int(8), activations: q.uint(8) }); or the layer in float, as in q.convert(model, { float: ["${layer}"] }))`,
    );
  }
}
