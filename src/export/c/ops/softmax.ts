import { fixedExponentials, floatExponentials, type SoftmaxOp } from "../../../integer/index.js";
import { softmaxFixed, softmaxFloat32 } from "../routines/softmax.js";
import { sizeOf } from "../sizes.js";
import type { Writer } from "../writer.js";

/** @internal Softmax over the last axis, with the engine's table of exponentials. */
export function softmax({ layer, inputs, output }: SoftmaxOp, writer: Writer): string[] {
  const [input] = inputs as [number];
  const { shape, scale } = writer.tensor(input);
  const depth = shape.at(-1)!;
  const isFixed = writer.kernel === "tflite-reference";
  const table = isFixed
    ? fixedExponentials(scale[0]!)
    : new Int32Array(floatExponentials(scale[0]!).buffer);
  const args = [
    writer.at(input),
    writer.at(output),
    sizeOf(writer.tensor(input)) / depth,
    depth,
    writer.constants.add(`${layer}_exponentials`, table),
  ];
  return [`${writer.call(isFixed ? softmaxFixed : softmaxFloat32)}(${args.join(", ")});`];
}
